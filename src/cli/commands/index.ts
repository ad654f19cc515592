/** Owns the commands, one file for each family: their flags, what they ask the server, how they show it. */
export { account } from "./account/index.ts";
export { connection } from "./connection/index.ts";
export { client, environmentToken, token } from "./credential/index.ts";
export { doctor } from "./doctor.ts";
export { event } from "./event.ts";
export { exception } from "./exception.ts";
export { explain } from "./explain.ts";
export { group } from "./group.ts";
export { guard } from "./guard.ts";
export { mapping } from "./mapping.ts";
export { migrate } from "./migrate.ts";
export { operator } from "./operator.ts";
export { domain, organization, schema } from "./organization/index.ts";
export { plan } from "./plan/index.ts";
export { role } from "./role/index.ts";
export { serve } from "./serve.ts";
export { sync } from "./sync/index.ts";
export { tryOut } from "./try.ts";
