/** What would give a person a role, or take it away: for whoever may read the mapping. */
import { Effect, Schema } from "effect";
import {
  type Argument,
  askOrganization,
  type Explained,
  type Explanation,
  textArgument,
  WhatIf,
} from "../client/index.ts";
import type { Line } from "../output/index.ts";

const Answer = Schema.Array(
  Schema.Struct({ account: Schema.Struct({ id: Schema.String }), ...WhatIf.fields }),
);

const ask = (name: Argument, role: string) =>
  askOrganization("whatIf", { name, role: textArgument(role) }, Answer).pipe(
    Effect.catchTag("Refused", () => Effect.succeed<typeof Answer.Type>([])),
  );

/** The same explanations, each with what would change the role. */
export const withWhatIf = Effect.fn("withWhatIf")(function* (
  explanations: ReadonlyArray<Explanation>,
  name: string,
  role: string | undefined,
) {
  const found = role === undefined ? [] : yield* ask(textArgument(name), role);
  return explanations.map((one): Explained => {
    const of = found.find(({ account }) => account.id === one.account.id);
    return { ...one, whatIf: of === undefined ? null : { gain: of.gain, loss: of.loss } };
  });
});

const gainLines = (
  role: string,
  { rule, changes, isProven }: NonNullable<WhatIf["gain"]>,
): ReadonlyArray<Line> => {
  const all = changes.length > 1 ? "all of this" : "this";
  const sure = isProven ? "nothing less does" : "less might do";
  return [
    { text: `  what would give ${role}, by rule ${rule}: ${all}, ${sure}` },
    ...changes.map(({ sentence }) => ({ text: `    ${sentence}` })),
  ];
};

const lossLines = (role: string, loss: NonNullable<WhatIf["loss"]>): ReadonlyArray<Line> => {
  const { changes, rules, byRules, byReasons } = loss;
  const held = `    held by ${byReasons} reasons of ${byRules} rules`;
  const single = [
    ...changes.map(({ sentence }) => sentence),
    ...rules.map((rule) => `rule ${rule} would have to go`),
  ];
  return [
    { text: `  what would take ${role} away, each of these alone:` },
    ...(single.length === 0 ? [{ text: "    nothing: there are several independent reasons" }] : []),
    ...single.map((text) => ({ text: `    ${text}` })),
    ...(byReasons > 1 ? [{ text: held }] : []),
  ];
};

export const whatIfLines = (role: string, { whatIf }: Pick<Explained, "whatIf">): ReadonlyArray<Line> => {
  if (whatIf === null) return [];
  if (whatIf.loss !== null) return lossLines(role, whatIf.loss);
  return whatIf.gain === null
    ? [{ text: `  what would give ${role}: no small set of changes was found` }]
    : gainLines(role, whatIf.gain);
};
