/** What an account should have: the mapping applied to the facts, with every reason. */
import type { DesiredRole, Facts, PersonFact, Reason, RoleKey } from "../domain/index.ts";
import { type CompiledMapping, type CompiledRule, type Observed, observe } from "./compile/index.ts";
import { type Fired, fire, type ScopeMiss } from "./grant.ts";
import { climb, type OutrankedRole } from "./ladder.ts";
import { contributing, type Lifecycle, lifecycle } from "./lifecycle.ts";
import { match } from "./match.ts";
import { byRole, byText, roleKey, tidyReasons } from "./order.ts";

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

/** The rules that may apply to whom was observed, each once. */
export const candidates = ({ general }: CompiledMapping, observed: Observed): ReadonlyArray<CompiledRule> => {
  const rules = [...general];
  const several = new Set<CompiledRule>();
  for (const test of observed.keys()) {
    for (const rule of test.rules) {
      if (several.has(rule)) continue;
      if (rule.hasSeveralKeys) several.add(rule);
      rules.push(rule);
    }
  }
  return rules;
};

/** Does the rule count at this moment? */
export const isValid = ({ from, until }: CompiledRule, now: number): boolean => from <= now && now < until;

/** Applies all rules to one directory user; answers how many were looked at. */
const fireAll = (
  mapping: CompiledMapping,
  person: PersonFact,
  now: number,
  fired: Array<Fired>,
  without: CompiledRule | undefined,
): number => {
  const observed = observe(mapping.index, person, now);
  const rules = candidates(mapping, observed);
  for (const rule of rules) {
    const found = isValid(rule, now) && rule !== without ? match(rule.when, observed) : null;
    if (found !== null) fired.push(fire(mapping, rule, person, found));
  }
  return rules.length;
};

interface Gathering {
  readonly role: RoleKey;
  readonly scope: string;
  reasons: ReadonlyArray<Reason>;
  /** The same list once it is ours to add to. */
  own: Array<Reason> | null;
}

/** Roles by role and scope. */
class Gathered {
  readonly #roles = new Map<string, Gathering>();

  add(key: string, role: RoleKey, scope: string, reasons: ReadonlyArray<Reason>): void {
    const known = this.#roles.get(key);
    if (known === undefined) {
      this.#roles.set(key, { role, scope, reasons, own: null });
      return;
    }
    known.own ??= [...known.reasons];
    known.reasons = known.own;
    for (const reason of reasons) known.own.push(reason);
  }

  /** All but those of `refused`, each reason once, in order. */
  list(refused: ReadonlySet<RoleKey>): ReadonlyArray<DesiredRole> {
    const roles: Array<DesiredRole> = [];
    for (const { role, scope, reasons } of this.#roles.values())
      if (!refused.has(role)) roles.push({ role, scope, reasons: tidyReasons(reasons) });
    return roles.length < 2 ? roles : roles.sort(byRole);
  }
}

const gatherGrants = (fired: ReadonlyArray<Fired>): Gathered => {
  const gathered = new Gathered();
  for (const { rule, reasons, scoped } of fired) {
    for (const { key, role, scope } of rule.grant) gathered.add(key, role, scope, reasons);
    for (const { role, scope, reasons: own } of scoped)
      gathered.add(roleKey({ role, scope }), role, scope, own);
  }
  return gathered;
};

const noRoles: ReadonlySet<RoleKey> = new Set();

const denials = (fired: ReadonlyArray<Fired>): ReadonlyArray<DeniedRole> => {
  if (fired.every(({ rule }) => rule.deny.length === 0)) return [];
  const gathered = new Gathered();
  for (const { rule, reasons } of fired) for (const role of rule.deny) gathered.add(role, role, "", reasons);
  return gathered.list(noRoles).map(({ role, reasons }) => ({ role, reasons }));
};

const byMiss = (a: ScopeMiss, b: ScopeMiss): number =>
  byText(a.rule, b.rule) || byText(a.person, b.person) || byText(a.group, b.group) || byText(a.path, b.path);

const missedIn = (fired: ReadonlyArray<Fired>): ReadonlyArray<ScopeMiss> => {
  if (fired.every(({ missed }) => missed.length === 0)) return [];
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
): ReadonlyArray<string> => {
  if (fired.every(({ created }) => created.length === 0)) return [];
  const created = new Set(fired.flatMap((one) => one.created));
  const used = roles.map(({ scope }) => scope).filter((scope) => created.has(scope));
  return [...new Set(used)].toSorted(byText);
};

const nothing = { roles: [], denied: [], outranked: [], missed: [], newScopes: [], evaluated: 0 };

/**
 * The roles that `facts` give by `mapping` at the moment `now` (milliseconds since 1970): all that is granted less all
 * that is denied, then of each ladder the highest, whatever the order of rules, people and groups. An inactive account
 * has none. `without`: as if this rule were not there.
 */
export const desiredRoles = (
  facts: Facts,
  mapping: CompiledMapping,
  now: number,
  without?: CompiledRule,
): Desired => {
  const state = lifecycle(facts);
  if (!state.active) return { ...state, ...nothing };
  const fired: Array<Fired> = [];
  let evaluated = 0;
  for (const person of contributing(facts)) evaluated += fireAll(mapping, person, now, fired, without);
  const denied = denials(fired);
  const refused = denied.length === 0 ? noRoles : new Set(denied.map(({ role }) => role));
  const { roles, outranked } = climb(gatherGrants(fired).list(refused), mapping.rungs);
  const newScopes = newScopesIn(fired, roles);
  const { active, because } = state;
  return { active, because, roles, denied, outranked, missed: missedIn(fired), newScopes, evaluated };
};
