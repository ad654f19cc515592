/** Why, and why not: what gives a role, or what keeps the rules that grant it from doing so. Never stored. */
import type { DesiredRole, DirectoryUserId, Facts, PersonFact, RoleKey } from "../domain/index.ts";
import { type CompiledMapping, type CompiledRule, type Observed, observe } from "./compile/index.ts";
import { type DeniedRole, desiredRoles } from "./desired.ts";
import { emptyOutcome, fire } from "./grant.ts";
import type { OutrankedRole } from "./ladder.ts";
import { waiting } from "./lifecycle.ts";
import { type Failed, failed, match } from "./match.ts";
import { byText } from "./order.ts";

/** A rule that would grant the role but does not give it by way of this directory user. */
export interface NearMiss {
  readonly rule: string;
  readonly person: DirectoryUserId;
  /** Why nothing of this directory user counts at all; `null` where it does. */
  readonly blocked: string | null;
  readonly failed: ReadonlyArray<Failed>;
}

const blockOf = (
  { active, isOurs, connection }: PersonFact,
  { when }: CompiledRule,
  observed: Observed,
): string | null => {
  if (connection.waits === true) return waiting([connection.slug]);
  if (!connection.enabled) return `connection ${connection.slug} is disabled`;
  if (!isOurs) return active ? null : `inactive in connection ${connection.slug}`;
  return match(when, observed) === null
    ? `made by Rolebridge in connection ${connection.slug}: only groups that others gave count there`
    : null;
};

const outOfTime = ({ from, until }: CompiledRule, now: number): ReadonlyArray<Failed> => {
  if (now < from) return [{ path: "validFrom", fact: "the rule is not valid yet" }];
  return now < until ? [] : [{ path: "validUntil", fact: "the rule is no longer valid" }];
};

const ofReserved = (rule: CompiledRule, role: RoleKey): ReadonlyArray<Failed> =>
  rule.ignored
    .filter((one) => one.role === role)
    .map(({ at }) => ({
      path: `grant[${at}]`,
      fact: "the role is reserved and the rule is open to people in no named group",
    }));

const uncaptured = "no group gives a scope";

/** Scopes that came to nothing, of a rule that holds. */
const ofScopes = (
  mapping: CompiledMapping,
  rule: CompiledRule,
  person: PersonFact,
  observed: Observed,
  role: RoleKey,
): ReadonlyArray<Failed> => {
  const grants = rule.captured.filter((one) => one.role === role);
  const found = grants.length === 0 ? null : match(rule.when, observed);
  if (found === null) return [];
  if (found.captures.length === 0)
    return grants.map(({ at }) => ({ path: `grant[${at}]`, fact: uncaptured }));
  const outcome = emptyOutcome();
  fire(mapping, rule, person, found, outcome);
  const facts = outcome.missed
    .filter((miss) => miss.role === role)
    .map(({ path, scope, problem }) => ({ path, fact: `${problem}: ${scope}` }));
  return [...new Map(facts.map((one) => [`${one.path} ${one.fact}`, one])).values()];
};

const grantsRole = ({ grant, captured, ignored }: CompiledRule, role: RoleKey): boolean =>
  [...grant, ...captured, ...ignored].some((one) => one.role === role);

/** For each rule that grants `role` and each directory user it does not give it by: what is missing. */
export const nearMisses = (
  facts: Facts,
  mapping: CompiledMapping,
  role: RoleKey,
  now: number,
): ReadonlyArray<NearMiss> => {
  const rules = mapping.rules.filter((rule) => grantsRole(rule, role));
  return facts.people
    .flatMap((person) => {
      const observed = observe(mapping.index, person, now);
      return rules.map((rule) => ({
        rule: rule.id,
        person: person.id,
        blocked: blockOf(person, rule, observed),
        failed: [
          ...failed(rule.when, observed),
          ...outOfTime(rule, now),
          ...ofReserved(rule, role),
          ...ofScopes(mapping, rule, person, observed, role),
        ],
      }));
    })
    .filter((miss) => miss.blocked !== null || miss.failed.length > 0)
    .toSorted((a, b) => byText(`${a.rule} ${a.person}`, `${b.rule} ${b.person}`));
};

/** The miss that the fewest changes would turn into a role; of equals the first. */
export const nearest = (misses: ReadonlyArray<NearMiss>): NearMiss | null => {
  const distance = (miss: NearMiss) => miss.failed.length + (miss.blocked === null ? 0 : 1);
  return misses.reduce<NearMiss | null>(
    (best, miss) => (best === null || distance(miss) < distance(best) ? miss : best),
    null,
  );
};

/** All there is to say about an account and a role. */
export interface Explained {
  /** Why the account is inactive and has no role at all; `null` where it is active. */
  readonly inactive: string | null;
  /** The role in each scope the account has it in, with its reasons. */
  readonly roles: ReadonlyArray<DesiredRole>;
  readonly denied: DeniedRole | null;
  readonly outranked: ReadonlyArray<OutrankedRole>;
  readonly misses: ReadonlyArray<NearMiss>;
  readonly nearest: NearMiss | null;
}

/** Why the account has `role` at the moment `now`, or what keeps it from having it. */
export const explain = (facts: Facts, mapping: CompiledMapping, role: RoleKey, now: number): Explained => {
  const desired = desiredRoles(facts, mapping, now);
  const misses = nearMisses(facts, mapping, role, now);
  return {
    inactive: desired.active ? null : desired.because,
    roles: desired.roles.filter((one) => one.role === role),
    denied: desired.denied.find((one) => one.role === role) ?? null,
    outranked: desired.outranked.filter((one) => one.role === role),
    misses,
    nearest: nearest(misses),
  };
};
