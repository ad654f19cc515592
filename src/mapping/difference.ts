/** Compares the roles an account has with those it should have. */
import type { DesiredRole, Reason } from "../domain/index.ts";
import { reasonKey, roleKey, sortRoles } from "./order.ts";

/** A role that stays, for other reasons than before. */
export interface ChangedRole extends DesiredRole {
  readonly before: ReadonlyArray<Reason>;
}

export interface Difference {
  readonly gained: ReadonlyArray<DesiredRole>;
  readonly lost: ReadonlyArray<DesiredRole>;
  readonly changed: ReadonlyArray<ChangedRole>;
}

const byKey = (roles: ReadonlyArray<DesiredRole>): ReadonlyMap<string, DesiredRole> =>
  new Map(roles.map((role) => [roleKey(role), role]));

const hasSameReasons = (a: ReadonlyArray<Reason>, b: ReadonlyArray<Reason>): boolean => {
  const known = new Set(a.map(reasonKey));
  const wanted = new Set(b.map(reasonKey));
  return known.size === wanted.size && [...known].every((key) => wanted.has(key));
};

/** What must be written to get from `current` to `desired`. A reason brought anew by another event is no change. */
export const difference = (
  current: ReadonlyArray<DesiredRole>,
  desired: ReadonlyArray<DesiredRole>,
): Difference => {
  const had = byKey(current);
  const wanted = byKey(desired);
  const changed = [...wanted].flatMap(([key, role]) => {
    const before = had.get(key)?.reasons;
    return before === undefined || hasSameReasons(before, role.reasons) ? [] : [{ ...role, before }];
  });
  return {
    gained: sortRoles([...wanted].filter(([key]) => !had.has(key)).map(([, role]) => role)),
    lost: sortRoles([...had].filter(([key]) => !wanted.has(key)).map(([, role]) => role)),
    changed: sortRoles(changed),
  };
};
