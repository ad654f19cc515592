/** From what single rules gave to each role once, with all its reasons. */
import type { RoleKey } from "../domain/index.ts";
import { type Grant, unplaced } from "./compile/index.ts";
import type { Given } from "./grant.ts";
import { byRole, byText, sortInPlace } from "./order.ts";

const byGrant = (a: Grant, b: Grant): number =>
  a.place === unplaced || b.place === unplaced ? byRole(a, b) : a.place - b.place;

const byGiven = (a: Given, b: Given): number => byGrant(a.grant, b.grant);

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

/** Those of `granted` whose role is none of `refused`. Both are in order. */
export const without = (
  granted: ReadonlyArray<Given>,
  refused: ReadonlyArray<{ readonly role: RoleKey }>,
): ReadonlyArray<Given> => {
  if (refused.length === 0) return granted;
  const left: Array<Given> = [];
  let at = 0;
  for (const given of granted) {
    const { role } = given.grant;
    while (at < refused.length && byText(refused[at]?.role ?? role, role) < 0) at++;
    if (refused[at]?.role !== role) left.push(given);
  }
  return left;
};
