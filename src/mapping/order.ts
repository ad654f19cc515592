/** One order and one identity for roles and reasons, so that equal answers are equal to the byte. */
import type { DesiredRole, Reason } from "../domain/index.ts";

/** By code units: the same on every machine, whatever its locale. */
export const byText = (a: string, b: string): number => {
  if (a === b) return 0;
  return a < b ? -1 : 1;
};

/** Two assignments with this key are the same assignment. Role keys have no space in them. */
export const roleKey = ({ role, scope }: { readonly role: string; readonly scope: string }): string =>
  `${role} ${scope}`;

/** Two reasons with this key are the same reason: `cause` tells only which event last brought it. */
export const reasonKey = ({ rule, connection, person, group, because }: Reason): string =>
  `${rule} ${connection ?? "-"} ${person ?? "-"} ${group ?? "-"} ${because}`;

// The order of `reasonKey`, without making one: no part has anything below a space in it.
const byReason = (a: Reason, b: Reason): number =>
  byText(a.rule, b.rule) ||
  byText(a.connection ?? "-", b.connection ?? "-") ||
  byText(a.person ?? "-", b.person ?? "-") ||
  byText(a.group ?? "-", b.group ?? "-") ||
  byText(a.because, b.because);

/** Up to here, sorting by insertion costs less than preparing a sort. */
const few = 16;

const insertAll = <T>(items: Array<T>, compare: (a: T, b: T) => number): void => {
  for (let from = 1; from < items.length; from++) {
    const item = items[from];
    let at = from;
    for (; at > 0; at--) {
      const before = items[at - 1];
      if (item === undefined || before === undefined || compare(before, item) <= 0) break;
      items[at] = before;
    }
    if (item !== undefined) items[at] = item;
  }
};

/** The same list, sorted. */
export const sortInPlace = <T extends object>(items: Array<T>, compare: (a: T, b: T) => number): Array<T> => {
  if (items.length > few) return items.sort(compare);
  insertAll(items, compare);
  return items;
};

const isTidy = (reasons: ReadonlyArray<Reason>): boolean => {
  let last: Reason | null = null;
  for (const reason of reasons) {
    if (last !== null && byReason(last, reason) >= 0) return false;
    last = reason;
  }
  return true;
};

// Apart from its caller, as elsewhere in this folder: where closures are made, every call pays for them.
const tidied = (reasons: ReadonlyArray<Reason>): ReadonlyArray<Reason> => {
  const sorted = reasons.toSorted((a, b) => byReason(a, b) || byText(a.cause, b.cause));
  return sorted.filter((reason, index) => {
    const before = sorted[index - 1];
    return before === undefined || byReason(before, reason) !== 0;
  });
};

/** Each reason once, in order; of several causes the first in order, whichever came first. */
export const tidyReasons = (reasons: ReadonlyArray<Reason>): ReadonlyArray<Reason> =>
  reasons.length < 2 || isTidy(reasons) ? reasons : tidied(reasons);

type Named = Pick<DesiredRole, "role" | "scope">;

export const byRole = (a: Named, b: Named): number => byText(a.role, b.role) || byText(a.scope, b.scope);

export const sortRoles = <R extends Named>(roles: ReadonlyArray<R>): ReadonlyArray<R> =>
  roles.toSorted(byRole);
