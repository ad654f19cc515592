/** Conditions that include others: whoever meets the one meets the other. What is not found out is taken for no. */
import { type BranchView, type Condition, view } from "../condition/index.ts";
import { entails, type IsSingle, literalOf } from "./literal.ts";

/** Comparing gives up after this many steps, so that no document can hold the process. */
export interface Budget {
  steps: number;
}

interface Side {
  readonly condition: Condition;
  readonly wanted: boolean;
}

const sides = ({ of, wanted }: BranchView): ReadonlyArray<Side> =>
  of.map((condition) => ({ condition, wanted }));

/** Does whoever meets `narrow` meet `wide`? */
const holdsIn = (narrow: Side, wide: Side, isSingle: IsSingle, budget: Budget): boolean => {
  if (budget.steps-- <= 0) return false;
  const a = view(narrow.condition, narrow.wanted);
  const b = view(wide.condition, wide.wanted);
  const isIn = (x: Side, y: Side) => holdsIn(x, y, isSingle, budget);
  if (!("leaf" in a) && !a.every) return sides(a).every((one) => isIn(one, wide));
  if (!("leaf" in b) && b.every) return sides(b).every((one) => isIn(narrow, one));
  if (!("leaf" in b) && sides(b).some((one) => isIn(narrow, one))) return true;
  if (!("leaf" in a)) return sides(a).some((one) => isIn(one, wide));
  return "leaf" in b && entails(literalOf(a), literalOf(b), isSingle);
};

export const includes = (wide: Condition, narrow: Condition, isSingle: IsSingle, budget: Budget): boolean =>
  holdsIn({ condition: narrow, wanted: true }, { condition: wide, wanted: true }, isSingle, budget);
