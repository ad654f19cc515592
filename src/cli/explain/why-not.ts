/** Near misses in words. The server names the place in the rule; who may read the mapping is shown what stands there. */
import { Effect, Option, Result, Schema } from "effect";
import { Condition, decodeMapping, type Rule } from "../../mapping/index.ts";
import { askOrganization, type Explanation, Mapping } from "../client/index.ts";
import { whenText } from "../rule.ts";

type NearMiss = Explanation["whyNot"][number];

const published = { state: { type: "MappingState!", value: "PUBLISHED" } };

/** The rules in force; none for whoever may not read them. */
const readRules = askOrganization("mapping", published, Schema.NullOr(Mapping)).pipe(
  Effect.map((mapping) => Result.getOrUndefined(decodeMapping(mapping?.document))?.rules ?? []),
  Effect.catchTag("Refused", () => Effect.succeed<ReadonlyArray<Rule>>([])),
);

const child = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null
    ? Object.getOwnPropertyDescriptor(value, key)?.value
    : undefined;

const decodeCondition = Schema.decodeUnknownOption(Condition);

/** `when.all[0]: group` becomes what stands at that place of the rule. */
const failedText = (rule: Rule | undefined, failed: string): string => {
  const [path = "", fact = ""] = failed.split(": ");
  const place = (path.match(/\w+/g) ?? []).reduce<unknown>(child, rule);
  return Option.match(decodeCondition(place), {
    onNone: () => failed,
    onSome: (condition) => {
      const text = whenText(condition);
      return `${fact.startsWith("not ") ? `not (${text})` : text}, at ${path}`;
    },
  });
};

const inWords =
  (rules: ReadonlyArray<Rule>) =>
  (miss: NearMiss): NearMiss => {
    const rule = rules.find(({ id }) => id === miss.rule);
    return { ...miss, failed: miss.failed.map((failed) => failedText(rule, failed)) };
  };

/** The same explanations, their near misses in words. */
export const nearMissesInWords = Effect.fn("nearMissesInWords")(function* (
  explanations: ReadonlyArray<Explanation>,
) {
  if (explanations.every(({ whyNot }) => whyNot.length === 0)) return explanations;
  const rules = yield* readRules;
  return explanations.map((one) => ({ ...one, whyNot: one.whyNot.map(inWords(rules)) }));
});
