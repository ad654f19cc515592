/** A mapping's document with its conditions as CEL texts. */
import { Result } from "effect";
import { decodeMapping, maxText, maxTexts, type Rule, toCel } from "../mapping/index.ts";

/** What would be too much to be read again stays the tree it is. */
const written = (rules: ReadonlyArray<Rule>) => {
  let left = maxTexts;
  return rules.map((rule) => {
    const when = toCel(rule.when);
    if (when.length > Math.min(maxText, left)) return rule;
    left -= when.length;
    return { ...rule, when };
  });
};

/** The document as it is where a newer server wrote something this command does not know. */
export const withCel = (document: unknown): unknown =>
  Result.match(decodeMapping(document), {
    onSuccess: (mapping) => ({ ...mapping, rules: written(mapping.rules) }),
    onFailure: () => document,
  });
