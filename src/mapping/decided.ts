/** What operators decided about one account, beside what its sources say. */
import type { Decided, ExclusionFact, GrantFact, Reason, RoleKey } from "../domain/index.ts";
import type { CompiledMapping } from "./compile/index.ts";
import type { Given, Outcome } from "./grant.ts";
import { byText, roleKey } from "./order.ts";

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

/** A role that rules may not even name, as if a rule granted it. Its place is between those that rules name. */
const grantOf = (
  { places, rungs }: CompiledMapping["roles"],
  role: RoleKey,
  scope: string,
): Given["grant"] => {
  const below = () => [...places.keys()].filter((known) => byText(known, role) < 0).length - 0.5;
  return { role, scope, place: places.get(role) ?? below(), rung: rungs.get(role) ?? null, at: 0 };
};

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
  return ({ grant }: Given): boolean => !keys.has(roleKey(grant));
};

/** Adds what operators gave and kept from the account at the moment `now` to what the rules did. */
export const addDecided = (
  { roles }: CompiledMapping,
  { grants }: Decided,
  excluded: ReadonlyArray<Excluded>,
  now: number,
  { granted, denied }: Outcome,
): void => {
  for (const { role, scope, reason: why } of excluded)
    if (scope === "") denied.push({ grant: grantOf(roles, role, ""), reasons: [why] });
  for (const grant of grants) {
    if (!lasts(grant, now)) continue;
    const { id, invitation, role, scope, cause } = grant;
    const why = invitation === null ? reason("grant", id, cause) : reason("invitation", invitation, cause);
    granted.push({ grant: grantOf(roles, role, scope), reasons: [why] });
  }
};

/** When what was decided ends by itself, in milliseconds since 1970. */
export const endsOf = ({ grants, exclusions }: Decided): ReadonlyArray<number> =>
  [...grants, ...exclusions].flatMap(({ until }) => until ?? []);
