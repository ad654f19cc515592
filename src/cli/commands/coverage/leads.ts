import { Schema } from "effect";
import { Argument } from "effect/cli";
import { askOrganization, GroupLead, textArgument } from "../../client/index.ts";
import { asking } from "../../define.ts";
import type { Line } from "../../output/index.ts";
import { dashed } from "../../output/index.ts";
import { countText } from "./columns.ts";

const leadLines = ({ name, kind, connection, id, rules, roles }: GroupLead): ReadonlyArray<Line> => [
  {
    text: `${dashed(kind)} "${name}" (connection ${connection})  ${id}`,
    heading: true,
  },
  { text: `  looked at by ${rules.length === 0 ? "no rule: it gives nothing" : rules.join(", ")}` },
  ...(roles.length === 0
    ? [{ text: "  nobody has a role because of it" }]
    : roles.map((one) => ({ text: `  leads to ${countText(one)}` }))),
];

export const leads = asking({
  name: "leads",
  does: "Shows where a group leads: the rules that look at it, and how many have which role because of it.",
  examples: [
    { command: "rolebridge group leads Engineering", description: "By its name, in any case" },
    {
      command: "rolebridge group leads 01a21010-1eb9-7a45-9227-8d3b0dd4e5f1",
      description: "By its id",
    },
  ],
  input: {
    group: Argument.String("group").pipe(Argument.withDescription("The group's id, or its whole name.")),
  },
  prints: Schema.Array(GroupLead),
  run: ({ group }) => askOrganization("groupLeads", { group: textArgument(group) }, Schema.Array(GroupLead)),
  view: (found, { group }) => ({
    lines: found.flatMap(leadLines),
    talk:
      found.length > 0
        ? undefined
        : `No group is called "${group}". To look for a part of a name: rolebridge group list --search TEXT`,
  }),
  failed: (found) => found.length === 0,
});
