/** A mapping's document with its conditions as CEL texts. */
import { Result } from "effect";
import { decodeMapping, maxText, type Rule, toCel } from "../mapping/index.ts";

/** A text that would be too long to be read again stays the tree it is. */
const written = ({ when, ...rule }: Rule) => {
  const text = toCel(when);
  const { id, ...more } = rule;
  return { id, when: text.length > maxText ? when : text, ...more };
};

/** The document as it is where a newer server wrote something this command does not know. */
export const withCel = (document: unknown): unknown =>
  Result.match(decodeMapping(document), {
    onSuccess: (mapping) => ({ ...mapping, rules: mapping.rules.map(written) }),
    onFailure: () => document,
  });
