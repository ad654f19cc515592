/** Commands about accounts: who they are, what they can, and what people decide about them. */
import { Command } from "effect/cli";
import { helped } from "../../define.ts";
import { history } from "../past/index.ts";
import { can } from "./can.ts";
import { erase, merge, resume, split, suspend } from "./change.ts";
import { list, show } from "./view.ts";

export const account = Command.make("account").pipe(
  Command.withSubcommands([list, show, history, can, suspend, resume, merge, split, erase]),
  helped({
    does: "Accounts: the people of the organization.",
    examples: [{ command: "rolebridge account show ada@acme.test", description: "One of them" }],
  }),
);
