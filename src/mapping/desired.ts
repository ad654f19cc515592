/** What an account should have: the mapping applied to the facts, with every reason. */
import type { DesiredRole, Facts, PersonFact, Reason, RoleKey } from "../domain/index.ts";
import { type CompiledMapping, type CompiledRule, type Observed, observe } from "./compile/index.ts";
import { addDecided, allows, excludedIn } from "./decided.ts";
import { gather, without } from "./gather.ts";
import { emptyOutcome, fire, type Given, type Outcome, type ScopeMiss } from "./grant.ts";
import { climb, type OutrankedRole } from "./ladder.ts";
import { contributing, type Lifecycle, lifecycle } from "./lifecycle.ts";
import { match } from "./match.ts";
import { byText, tidyReasons } from "./order.ts";

/** A role that a rule or an operator forbids in every scope, and why. */
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
  const rules = general.slice();
  let several: Set<CompiledRule> | null = null;
  for (const test of observed.met) {
    for (const rule of test.rules) {
      if (rule.hasSeveralKeys) {
        several ??= new Set();
        if (several.has(rule)) continue;
        several.add(rule);
      }
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
  outcome: Outcome,
  omitted: CompiledRule | undefined,
): number => {
  const observed = observe(mapping.index, person, now);
  const rules = candidates(mapping, observed);
  for (const rule of rules) {
    const found = isValid(rule, now) && rule !== omitted ? match(rule.when, observed) : null;
    if (found !== null) fire(mapping, rule, person, found, outcome);
  }
  return rules.length;
};

const deniedRole = ({ grant, reasons }: Given): DeniedRole => ({
  role: grant.role,
  reasons: tidyReasons(reasons),
});

const byMiss = (a: ScopeMiss, b: ScopeMiss): number =>
  byText(a.rule, b.rule) || byText(a.person, b.person) || byText(a.group, b.group) || byText(a.path, b.path);

const sortedMisses = (missed: ReadonlyArray<ScopeMiss>): ReadonlyArray<ScopeMiss> => {
  const all = missed.toSorted(byMiss);
  return all.filter((miss, index) => {
    const before = all[index - 1];
    return before === undefined || byMiss(before, miss) !== 0 || before.scope !== miss.scope;
  });
};

const usedScopes = (created: ReadonlyArray<string>, roles: ReadonlyArray<DesiredRole>) => {
  const known = new Set(created);
  const used = roles.map(({ scope }) => scope).filter((scope) => known.has(scope));
  return [...new Set(used)].toSorted(byText);
};

const none: ReadonlyArray<never> = [];

const nothing = { roles: [], denied: [], outranked: [], missed: [], newScopes: [], evaluated: 0 };

/**
 * The roles that `facts` give by `mapping` at the moment `now` (milliseconds since 1970): all that rules and operators
 * grant less all that they deny, then of each ladder the highest, whatever the order of rules, people and groups. An
 * inactive account has none. `omitted`: as if this rule were not there.
 */
export const desiredRoles = (
  facts: Facts,
  mapping: CompiledMapping,
  now: number,
  omitted?: CompiledRule,
): Desired => {
  const state = lifecycle(facts);
  if (!state.active) return { ...state, ...nothing };
  const outcome = emptyOutcome();
  let evaluated = 0;
  for (const person of contributing(facts)) evaluated += fireAll(mapping, person, now, outcome, omitted);
  const excluded = excludedIn(facts.decided, now);
  addDecided(mapping, facts.decided, excluded, now, outcome);
  const refused = gather(outcome.denied);
  const granted = without(gather(outcome.granted), refused);
  const { roles, outranked } = climb(excluded.length === 0 ? granted : granted.filter(allows(excluded)));
  const { active, because } = state;
  const denied = refused.map(deniedRole);
  const missed = outcome.missed.length === 0 ? none : sortedMisses(outcome.missed);
  const newScopes = outcome.created.length === 0 ? none : usedScopes(outcome.created, roles);
  return { active, because, roles, denied, outranked, missed, newScopes, evaluated };
};
