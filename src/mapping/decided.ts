/** What operators decided about one account, beside what its sources say. */
import type { Decided, DesiredRole, ExclusionFact, GrantFact, Reason, RoleKey } from "../domain/index.ts";
import { roleKey } from "./order.ts";

const lasts = ({ until }: GrantFact | ExclusionFact, now: number): boolean => until === null || now < until;

const reason = (
  because: "grant" | "invitation" | "exclusion",
  id: string,
  cause: Reason["cause"],
): Reason => ({
  rule: `${because}:${id}`,
  connection: null,
  person: null,
  group: null,
  because,
  cause,
});

/** The roles that operators gave to the account, and that have not expired at the moment `now`. */
export const grantedIn = ({ grants }: Decided, now: number): ReadonlyArray<DesiredRole> =>
  grants
    .filter((grant) => lasts(grant, now))
    .map(({ id, invitation, role, scope, cause }) => ({
      role,
      scope,
      reasons: [invitation === null ? reason("grant", id, cause) : reason("invitation", invitation, cause)],
    }));

/** A role that an operator keeps from the account, in every scope where `scope` is empty. */
export interface Excluded {
  readonly role: RoleKey;
  readonly scope: string;
  readonly reason: Reason;
}

export const excludedIn = ({ exclusions }: Decided, now: number): ReadonlyArray<Excluded> =>
  exclusions
    .filter((exclusion) => lasts(exclusion, now))
    .map(({ id, role, scope, cause }) => ({ role, scope, reason: reason("exclusion", id, cause) }));

/** Is the role, in this scope, none of those that are excluded in one scope only? */
export const allows = (excluded: ReadonlyArray<Excluded>) => {
  const keys = new Set(excluded.filter(({ scope }) => scope !== "").map(roleKey));
  return (role: Pick<DesiredRole, "role" | "scope">): boolean => !keys.has(roleKey(role));
};

/** When what was decided ends by itself, in milliseconds since 1970. */
export const endsOf = ({ grants, exclusions }: Decided): ReadonlyArray<number> =>
  [...grants, ...exclusions].flatMap(({ until }) => until ?? []);
