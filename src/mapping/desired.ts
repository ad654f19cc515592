/** What an account should have: the mapping applied to the facts, with every reason. */
import type { DesiredRole, Facts, PersonFact, Reason, RoleKey } from "../domain/index.ts";
import { type CompiledMapping, type CompiledRule, type Observed, observe } from "./compile/index.ts";
import { type Fired, fire, type ScopeMiss } from "./grant.ts";
import { climb, type OutrankedRole } from "./ladder.ts";
import { contributing, type Lifecycle, lifecycle } from "./lifecycle.ts";
import { match } from "./match.ts";
import { byRole, byText, tidyReasons } from "./order.ts";

/** A role that a rule forbids in every scope, and why that rule applied. */
export interface DeniedRole {
  readonly role: RoleKey;
  readonly reasons: ReadonlyArray<Reason>;
}

export interface Desired extends Lifecycle {
  readonly roles: ReadonlyArray<DesiredRole>;
  readonly denied: ReadonlyArray<DeniedRole>;
  /** Roles that are granted and not denied, and still do not count. */
  readonly outranked: ReadonlyArray<OutrankedRole>;
  /** Scopes that group names gave and that grant nothing. */
  readonly missed: ReadonlyArray<ScopeMiss>;
  /** Scopes of `roles` that the catalogue lacks: a rule says to create them. */
  readonly newScopes: ReadonlyArray<string>;
  /** How many times a rule was looked at: what the index is there to keep small. */
  readonly evaluated: number;
}

/** The rules that may apply to whom was observed. */
export const candidates = ({ general }: CompiledMapping, observed: Observed): ReadonlySet<CompiledRule> => {
  const rules = new Set(general);
  for (const test of observed.keys()) for (const rule of test.rules) rules.add(rule);
  return rules;
};

/** Does the rule count at this moment? */
export const isValid = ({ from, until }: CompiledRule, now: number): boolean => from <= now && now < until;

/** Applies all rules to one directory user; answers how many were looked at. */
const fireAll = (mapping: CompiledMapping, person: PersonFact, now: number, fired: Array<Fired>): number => {
  const observed = observe(mapping.index, person, now);
  const rules = candidates(mapping, observed);
  for (const rule of rules) {
    const found = isValid(rule, now) ? match(rule.when, observed) : null;
    if (found !== null) fired.push(fire(mapping, rule, person, found));
  }
  return rules.size;
};

/** Roles by role and scope. */
class Gathered {
  readonly #roles = new Map<RoleKey, Map<string, Array<Reason>>>();

  add(role: RoleKey, scope: string, reasons: ReadonlyArray<Reason>): void {
    const scopes = this.#roles.get(role) ?? new Map<string, Array<Reason>>();
    if (scopes.size === 0) this.#roles.set(role, scopes);
    const known = scopes.get(scope);
    if (known === undefined) scopes.set(scope, [...reasons]);
    else for (const reason of reasons) known.push(reason);
  }

  /** All but those of `refused`, each reason once, in order. */
  list(refused: ReadonlyArray<DeniedRole> = []): ReadonlyArray<DesiredRole> {
    const roles: Array<DesiredRole> = [];
    for (const [role, scopes] of this.#roles) {
      if (refused.some((denied) => denied.role === role)) continue;
      for (const [scope, reasons] of scopes) roles.push({ role, scope, reasons: tidyReasons(reasons) });
    }
    return roles.sort(byRole);
  }
}

const gatherGrants = (fired: ReadonlyArray<Fired>): Gathered => {
  const gathered = new Gathered();
  for (const { rule, reasons, scoped } of fired) {
    for (const { role, scope } of rule.grant) gathered.add(role, scope, reasons);
    for (const { role, scope, reasons: own } of scoped) gathered.add(role, scope, own);
  }
  return gathered;
};

const denials = (fired: ReadonlyArray<Fired>): ReadonlyArray<DeniedRole> => {
  const gathered = new Gathered();
  for (const { rule, reasons } of fired) for (const role of rule.deny) gathered.add(role, "", reasons);
  return gathered.list().map(({ role, reasons }) => ({ role, reasons }));
};

const byMiss = (a: ScopeMiss, b: ScopeMiss): number =>
  byText(a.rule, b.rule) || byText(a.person, b.person) || byText(a.group, b.group) || byText(a.path, b.path);

const missedIn = (fired: ReadonlyArray<Fired>): ReadonlyArray<ScopeMiss> => {
  const all = fired.flatMap(({ missed }) => missed).sort(byMiss);
  const isNew = (miss: ScopeMiss, index: number) => {
    const before = all[index - 1];
    return before === undefined || byMiss(before, miss) !== 0 || before.scope !== miss.scope;
  };
  return all.filter(isNew);
};

const newScopesIn = (
  fired: ReadonlyArray<Fired>,
  roles: ReadonlyArray<DesiredRole>,
  known: ReadonlySet<string>,
) => {
  if (fired.every(({ scoped }) => scoped.length === 0)) return [];
  const made = new Set(fired.flatMap(({ scoped }) => scoped.map(({ scope }) => scope)));
  const scopes = roles.map(({ scope }) => scope).filter((scope) => made.has(scope) && !known.has(scope));
  return [...new Set(scopes)].toSorted(byText);
};

const nothing = { roles: [], denied: [], outranked: [], missed: [], newScopes: [], evaluated: 0 };

/**
 * The roles that `facts` give by `mapping` at the moment `now` (milliseconds since 1970): all that is granted less all
 * that is denied, then of each ladder the highest, whatever the order of rules, people and groups. An inactive account
 * has none.
 */
export const desiredRoles = (facts: Facts, mapping: CompiledMapping, now: number): Desired => {
  const state = lifecycle(facts);
  if (!state.active) return { ...state, ...nothing };
  const fired: Array<Fired> = [];
  let evaluated = 0;
  for (const person of contributing(facts)) evaluated += fireAll(mapping, person, now, fired);
  const denied = denials(fired);
  const { roles, outranked } = climb(gatherGrants(fired).list(denied), mapping.rungs);
  const newScopes = newScopesIn(fired, roles, mapping.scopes);
  return { ...state, roles, denied, outranked, missed: missedIn(fired), newScopes, evaluated };
};
