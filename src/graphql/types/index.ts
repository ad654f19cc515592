/** One file for each group of types: the types, the queries and the mutations about one thing. */
import "./account.ts";
import "./connection/index.ts";
import "./event.ts";
import "./exception.ts";
import "./explanation.ts";
import "./group.ts";
import "./guard.ts";
import "./history.ts";
import "./mapping.ts";
import "./operator.ts";
import "./organization.ts";
import "./replay.ts";
import "./role.ts";
import "./scim/index.ts";
