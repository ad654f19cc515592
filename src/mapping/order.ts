/** One order and one identity for roles and reasons, so that equal answers are equal to the byte. */
import type { DesiredRole, Reason } from "../domain/index.ts";

/** By code units: the same on every machine, whatever its locale. */
export const byText = (a: string, b: string): number => {
  if (a === b) return 0;
  return a < b ? -1 : 1;
};

/** Two assignments with this key are the same assignment. Role keys have no space in them. */
export const roleKey = ({ role, scope }: Pick<DesiredRole, "role" | "scope">): string => `${role} ${scope}`;

/** Two reasons with this key are the same reason: `cause` tells only which event last brought it. */
export const reasonKey = ({ rule, connection, person, group, because }: Reason): string =>
  `${rule} ${connection} ${person} ${group ?? "-"} ${because}`;

/** Each reason once, in order; of several causes the first in order, whichever came first. */
export const tidyReasons = (reasons: ReadonlyArray<Reason>): ReadonlyArray<Reason> => {
  const latestFirst = reasons.toSorted((a, b) => byText(b.cause, a.cause));
  const once = new Map(latestFirst.map((reason) => [reasonKey(reason), reason]));
  return [...once].toSorted(([a], [b]) => byText(a, b)).map(([, reason]) => reason);
};

export const sortRoles = <R extends Pick<DesiredRole, "role" | "scope">>(
  roles: ReadonlyArray<R>,
): ReadonlyArray<R> => roles.toSorted((a, b) => byText(roleKey(a), roleKey(b)));
