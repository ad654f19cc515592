import { Option, Schema } from "effect";
import { Argument } from "effect/cli";
import { Rule } from "../../../mapping/index.ts";
import { askOrganization, MappingDifference } from "../../client/index.ts";
import { asking } from "../../define.ts";
import { jsonText, type Line } from "../../output/index.ts";
import { ruleText } from "../../rule.ts";

const Row = Schema.Struct({ ...Rule.fields, id: Schema.String });
const decode = Schema.decodeUnknownOption(Row);

/** In words; as JSON where a newer server wrote something this command does not know. */
const rowText = (row: unknown): string =>
  Option.match(decode(row), {
    onNone: () => jsonText(row).replaceAll(/\s+/g, " "),
    onSome: ruleText,
  });

const idOf = (row: unknown): string =>
  Option.match(decode(row), { onNone: () => "", onSome: ({ id }) => id });

const oneLine =
  (sign: string) =>
  (row: unknown): Line => ({ text: `${sign} ${idOf(row)}: ${rowText(row)}` });

const changedLines = ({
  id,
  parts,
  before,
  after,
}: MappingDifference["changed"][number]): ReadonlyArray<Line> => [
  { text: `~ ${id}: ${parts.join(", ")}` },
  { text: `    - ${rowText(before)}` },
  { text: `    + ${rowText(after)}` },
];

const version = (name: string, help: string) => Argument.Int(name).pipe(Argument.withDescription(help));

export const diff = asking({
  name: "diff",
  does: "Shows what one version of the mapping has and another has not: rules added, removed, changed.",
  more: "The order of rules and roles means nothing, and is no difference.",
  examples: [{ command: "rolebridge mapping diff 2 3", description: "What version 3 changed" }],
  input: { from: version("from", "The version before."), to: version("to", "The version after.") },
  prints: MappingDifference,
  run: ({ from, to }) =>
    askOrganization(
      "mappingDifference",
      { from: { type: "Int!", value: from }, to: { type: "Int!", value: to } },
      MappingDifference,
    ),
  view: ({ added, removed, changed }) => ({
    lines: [...removed.map(oneLine("-")), ...added.map(oneLine("+")), ...changed.flatMap(changedLines)],
    talk: added.length + removed.length + changed.length === 0 ? "The two say the same." : undefined,
  }),
});
