/** Owns the commands about writing into outside systems. */
import { Command } from "effect/cli";
import { helped } from "../../define.ts";
import { drift, release, retry } from "./again.ts";
import { plan } from "./plan.ts";
import { set } from "./set.ts";
import { show } from "./show.ts";

export const push = Command.make("push").pipe(
  Command.withSubcommands([show, set, plan, retry, drift, release]),
  helped({
    does: "Writing into outside systems: roles as groups, people, fields; what would be written, what is ours there.",
    examples: [{ command: "rolebridge push show", description: "Every connection that could be written to" }],
  }),
);
