/** What an account should have: the mapping applied to the facts, with every reason. */
import type { DesiredRole, Facts, Reason, RoleKey } from "../domain/index.ts";
import type { CompiledMapping, CompiledRule } from "./compile.ts";
import { keysOf, type Subject, subjectOf } from "./key.ts";
import { contributing, type Lifecycle, lifecycle } from "./lifecycle.ts";
import { type Match, match } from "./match.ts";
import { byText, roleKey, sortRoles, tidyReasons } from "./order.ts";

/** A role that a rule forbids in every scope, and why that rule applied. */
export interface DeniedRole {
  readonly role: RoleKey;
  readonly reasons: ReadonlyArray<Reason>;
}

export interface Desired extends Lifecycle {
  readonly roles: ReadonlyArray<DesiredRole>;
  readonly denied: ReadonlyArray<DeniedRole>;
  /** How many times a rule was looked at: what the index is there to keep small. */
  readonly evaluated: number;
}

/** A rule that applied, with why. */
interface Fired {
  readonly rule: CompiledRule;
  readonly reasons: ReadonlyArray<Reason>;
}

const candidates = (mapping: CompiledMapping, subject: Subject): ReadonlySet<CompiledRule> =>
  new Set(keysOf(subject).flatMap((key) => mapping.index.get(key) ?? []));

const reasonsFor = (rule: CompiledRule, { person }: Subject, found: Match): ReadonlyArray<Reason> => {
  const base = { rule: rule.id, connection: person.connection.id, person: person.id };
  if (found.groups.length > 0) {
    return found.groups.map(({ id, cause }) => ({ ...base, group: id, because: "group", cause }));
  }
  const because = [...new Set(found.facts)].toSorted(byText).join(", ");
  return [{ ...base, group: null, because, cause: person.cause }];
};

const fire = (subject: Subject, rules: ReadonlySet<CompiledRule>): ReadonlyArray<Fired> =>
  [...rules].flatMap((rule) => {
    const found = match(rule.when, subject);
    return found === null ? [] : [{ rule, reasons: reasonsFor(rule, subject, found) }];
  });

const merge = (roles: ReadonlyArray<DesiredRole>): ReadonlyArray<DesiredRole> => {
  const merged = [...Map.groupBy(roles, roleKey).values()].flatMap(([first, ...rest]) => {
    if (first === undefined) return [];
    return [{ ...first, reasons: tidyReasons([first, ...rest].flatMap(({ reasons }) => reasons)) }];
  });
  return sortRoles(merged);
};

const granted = (fired: ReadonlyArray<Fired>): ReadonlyArray<DesiredRole> =>
  merge(fired.flatMap(({ rule, reasons }) => rule.grant.map((grant) => ({ ...grant, reasons }))));

const denials = (fired: ReadonlyArray<Fired>): ReadonlyArray<DeniedRole> =>
  merge(fired.flatMap(({ rule, reasons }) => rule.deny.map((role) => ({ role, scope: "", reasons })))).map(
    ({ role, reasons }) => ({ role, reasons }),
  );

/**
 * The roles that `facts` give by `mapping`: all that is granted less all that is denied, whatever the
 * order of rules, people and groups. An inactive account has none.
 */
export const desiredRoles = (facts: Facts, mapping: CompiledMapping): Desired => {
  const state = lifecycle(facts);
  if (!state.active) return { ...state, roles: [], denied: [], evaluated: 0 };
  const looked = contributing(facts).map((person) => {
    const subject = subjectOf(person);
    return { subject, rules: candidates(mapping, subject) };
  });
  const fired = looked.flatMap(({ subject, rules }) => fire(subject, rules));
  const denied = denials(fired);
  const refused = new Set(denied.map(({ role }) => role));
  const roles = granted(fired).filter(({ role }) => !refused.has(role));
  return { ...state, roles, denied, evaluated: looked.reduce((sum, { rules }) => sum + rules.size, 0) };
};
