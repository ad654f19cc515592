/** From what single rules gave to each role once, with all its reasons. */
import type { Given } from "./grant.ts";
import { byText, sortInPlace } from "./order.ts";

/** Only roles that no rule names can have one place and be others. */
const byRole = (a: Given["grant"], b: Given["grant"]): number => a.place - b.place || byText(a.role, b.role);

const byGiven = ({ grant: a }: Given, { grant: b }: Given): number =>
  byRole(a, b) || byText(a.scope, b.scope);

/** Sorts `given`, and makes one of all that give the same role in the same scope. */
export const gather = (given: Array<Given>): ReadonlyArray<Given> => {
  if (given.length < 2) return given;
  const gathered: Array<Given> = [];
  let last: Given | null = null;
  for (const one of sortInPlace(given, byGiven)) {
    if (last === null || byGiven(last, one) !== 0) {
      gathered.push(one);
      last = one;
      continue;
    }
    last = { grant: last.grant, reasons: last.reasons.concat(one.reasons) };
    gathered[gathered.length - 1] = last;
  }
  return gathered;
};

/** Those of `granted` whose role is none of those `refused`. Both are gathered. */
export const without = (
  granted: ReadonlyArray<Given>,
  refused: ReadonlyArray<Given>,
): ReadonlyArray<Given> => {
  if (refused.length === 0) return granted;
  const left: Array<Given> = [];
  let at = 0;
  for (const given of granted) {
    let next = refused[at];
    while (next !== undefined && byRole(next.grant, given.grant) < 0) next = refused[++at];
    if (next === undefined || byRole(next.grant, given.grant) !== 0) left.push(given);
  }
  return left;
};
