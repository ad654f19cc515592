import { Option } from "effect";
import { Argument, Flag } from "effect/cli";
import { peopleText, roleText } from "../../account.ts";
import { askOrganization, type Holder, HolderPage, optionalText, textArgument } from "../../client/index.ts";
import { asking } from "../../define.ts";
import { first } from "../../limits.ts";
import { table } from "../../output/index.ts";
import { text } from "./shared.ts";

const talk = (permission: string, { items, next }: HolderPage): string | undefined => {
  if (items.length === 0)
    return `Nobody can ${permission}. "rolebridge role list" shows which roles give what.`;
  return next === null ? undefined : `More: rolebridge role who-can ${permission} --after ${next}`;
};

export const whoCan = asking({
  name: "who-can",
  does: "Lists the accounts whose roles give a permission, with those roles.",
  examples: [
    { command: "rolebridge role who-can billing.write", description: "Everybody who can" },
    {
      command: "rolebridge role who-can books.edit --scope library:marketing",
      description: "There: by a role limited to it, or to nothing",
    },
  ],
  input: {
    permission: Argument.String("permission").pipe(Argument.withDescription("As roles name it.")),
    scope: text("scope", "SCOPE", "Only where it counts in this scope.").pipe(Flag.optional),
    first,
    after: text("after", "ID", "Go on behind this account.").pipe(Flag.optional),
  },
  prints: HolderPage,
  run: ({ permission, scope, first, after }) =>
    askOrganization(
      "whoCan",
      {
        permission: textArgument(permission),
        scope: optionalText(scope),
        first: { type: "Int!", value: first },
        after: { type: "ID", value: Option.getOrNull(after) },
      },
      HolderPage,
    ),
  view: (page, { permission }) => ({
    lines: table<Holder>(
      {
        PEOPLE: ({ account }) => peopleText(account),
        BY: ({ roles }) => roles.map(roleText).join(", "),
        ACCOUNT: ({ account }) => account.id,
      },
      page.items,
    ),
    talk: talk(permission, page),
  }),
});
