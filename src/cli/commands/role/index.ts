/** Commands about roles: the catalogue, and what people decide about single accounts. */
import { Command } from "effect/cli";
import { helped } from "../../define.ts";
import { who } from "../coverage/index.ts";
import { create, list, remove, set, versions } from "./catalogue.ts";
import { exclude, grant, include, revoke } from "./decide.ts";
import { exclusions, grants } from "./decided.ts";
import { invitations, invite, uninvite } from "./invite.ts";
import { ladder } from "./ladder.ts";
import { scope } from "./scope.ts";
import { whoCan } from "./who-can.ts";

export const role = Command.make("role").pipe(
  Command.withSubcommands([
    list,
    create,
    set,
    remove,
    versions,
    ladder,
    scope,
    who,
    whoCan,
    grant,
    revoke,
    grants,
    exclude,
    include,
    exclusions,
    invite,
    uninvite,
    invitations,
  ]),
  helped({
    does: "Roles: what accounts can have.",
    examples: [{ command: "rolebridge role list", description: "Those of the organization at hand" }],
  }),
);
