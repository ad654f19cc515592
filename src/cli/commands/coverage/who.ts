import { Option } from "effect";
import { Argument, Flag } from "effect/cli";
import {
  AccountPage,
  askOrganization,
  type ListedAccount,
  optionalText,
  textArgument,
} from "../../client/index.ts";
import { asking } from "../../define.ts";
import { first } from "../../limits.ts";
import { table } from "../../output/index.ts";
import { accountColumns, after, pageArguments } from "./columns.ts";

export const who = asking({
  name: "who",
  does: "Lists who has a role now.",
  examples: [
    { command: "rolebridge role who developer -n 100", description: "The first hundred, in whichever scope" },
    { command: "rolebridge role who member --scope library:marketing", description: "In one scope only" },
  ],
  input: {
    role: Argument.String("role").pipe(Argument.withDescription("The role's key.")),
    scope: Flag.String("scope").pipe(Flag.withDescription("Only in this scope."), Flag.optional),
    first,
    after,
  },
  prints: AccountPage,
  run: ({ role, scope, first, after }) =>
    askOrganization(
      "roleHolders",
      { role: textArgument(role), scope: optionalText(scope), ...pageArguments(first, after) },
      AccountPage,
    ),
  view: ({ items, next }, { role, scope }) => ({
    lines: table<ListedAccount>(accountColumns, items),
    talk:
      items.length === 0
        ? `Nobody has ${role} there now.`
        : next === null
          ? undefined
          : `More: rolebridge role who ${role}${Option.match(scope, { onNone: () => "", onSome: (text) => ` --scope "${text}"` })} --after ${next}`,
  }),
});
