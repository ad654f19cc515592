import { Argument } from "effect/cli";
import { askOrganization, type ListedAccount, RuleCoverage, textArgument } from "../../client/index.ts";
import { asking } from "../../define.ts";
import { first } from "../../limits.ts";
import { type Line, table } from "../../output/index.ts";
import { accountColumns, accountsText, after, countText, pageArguments } from "./columns.ts";

type Coverage = typeof RuleCoverage.Type;

const lines = ({ rule, accounts, roles, page }: Coverage): ReadonlyArray<Line> => [
  { text: `Rule ${rule} gives a role to ${accountsText(accounts)}`, heading: true },
  ...roles.map((one) => ({ text: `  ${countText(one)}` })),
  ...(page.items.length === 0 ? [] : [{ text: "" }]),
  ...table<ListedAccount>(accountColumns, page.items),
];

export const covers = asking({
  name: "covers",
  does: "Shows whom a rule reaches: how many have which role by it, and who.",
  examples: [
    {
      command: "rolebridge mapping covers engineers-develop -n 10",
      description: "Counts, and the first ten",
    },
  ],
  input: {
    rule: Argument.String("rule").pipe(
      Argument.withDescription("The rule's id; default:SLUG for what a connection gives to everybody."),
    ),
    first,
    after,
  },
  prints: RuleCoverage,
  run: ({ rule, first, after }) =>
    askOrganization(
      "ruleCoverage",
      { rule: textArgument(rule), ...pageArguments(first, after) },
      RuleCoverage,
    ),
  view: (coverage) => ({
    lines: lines(coverage),
    talk:
      coverage.page.next === null
        ? undefined
        : `More: rolebridge mapping covers ${coverage.rule} --after ${coverage.page.next}`,
  }),
});
