/** Conditions that no facts can meet. What is not found out is taken for possible. */
import { type Condition, view } from "../condition/index.ts";
import { contradicts, type IsSingle, isImpossible, type Literal, literalOf } from "./literal.ts";

/** More predicates than this in one `all` are compared only with the first. */
const compared = 200;

const isRefuted = (literal: Literal, given: ReadonlyArray<Literal>, isSingle: IsSingle): boolean =>
  isImpossible(literal) ||
  given.some((one) => contradicts(one, literal, isSingle) || contradicts(literal, one, isSingle));

/** The predicates that must hold on the way down, whatever is chosen. */
const musts = (condition: Condition, wanted: boolean): ReadonlyArray<Literal> => {
  const seen = view(condition, wanted);
  if ("leaf" in seen) return [literalOf(seen)];
  return seen.every || seen.of.length === 1 ? seen.of.flatMap((each) => musts(each, seen.wanted)) : [];
};

/** Can `condition` hold for nobody, where `given` holds already? */
export const isNever = (
  condition: Condition,
  isSingle: IsSingle,
  wanted = true,
  given: ReadonlyArray<Literal> = [],
): boolean => {
  const seen = view(condition, wanted);
  if ("leaf" in seen) return isRefuted(literalOf(seen), given, isSingle);
  if (!seen.every) return seen.of.every((each) => isNever(each, isSingle, seen.wanted, given));
  const all = [...given, ...seen.of.flatMap((each) => musts(each, seen.wanted))].slice(0, compared);
  return seen.of.some((each) => isNever(each, isSingle, seen.wanted, all));
};
