/** What a rule that applies to one directory user grants, and what of it comes to nothing. */
import type { DirectoryGroupId, DirectoryUserId, PersonFact, Reason, RoleKey } from "../domain/index.ts";
import type { CapturedGrant, CompiledMapping, CompiledRule, Grant } from "./compile/index.ts";
import type { Capture, Match } from "./match.ts";
import { isScope } from "./rule.ts";

/** A scope that a group's name gave and that grants nothing. */
export interface ScopeMiss {
  readonly rule: string;
  readonly person: DirectoryUserId;
  readonly group: DirectoryGroupId;
  readonly role: RoleKey;
  readonly scope: string;
  /** Where in the rule the grant stands. */
  readonly path: string;
  readonly problem: string;
}

/** A role that a rule gave or forbade, and why. */
export interface Given {
  readonly grant: Grant;
  readonly reasons: ReadonlyArray<Reason>;
}

/** What came of all the rules that applied, in any order. */
export interface Outcome {
  readonly granted: Array<Given>;
  readonly denied: Array<Given>;
  readonly missed: Array<ScopeMiss>;
  /** Scopes of `granted` that the catalogue lacks. */
  readonly created: Array<string>;
}

export const emptyOutcome = (): Outcome => ({ granted: [], denied: [], missed: [], created: [] });

const groupReason = (rule: CompiledRule, person: PersonFact, { id, cause }: Capture["group"]): Reason => ({
  rule: rule.id,
  connection: person.connection.id,
  person: person.id,
  group: id,
  because: "group",
  cause,
});

const factReason = (rule: CompiledRule, person: PersonFact, because: string): Reason => ({
  rule: rule.id,
  connection: person.connection.id,
  person: person.id,
  group: null,
  because,
  cause: person.cause,
});

const inWords = (facts: ReadonlyArray<string>): string => {
  const first = facts[0];
  return first !== undefined && facts.length === 1 ? first : [...new Set(facts)].toSorted().join(", ");
};

const groupReasons = (rule: CompiledRule, person: PersonFact, groups: Match["groups"]) =>
  groups.map((group) => groupReason(rule, person, group));

const reasonsFor = (
  rule: CompiledRule,
  person: PersonFact,
  { groups, facts }: Match,
): ReadonlyArray<Reason> => {
  const first = groups[0];
  if (first === undefined) return [factReason(rule, person, inWords(facts))];
  if (groups.length === 1) return [groupReason(rule, person, first)];
  return groupReasons(rule, person, groups);
};

const problemOf = ({ create }: CapturedGrant, scope: string, isKnown: boolean): string | null => {
  if (!isScope(scope)) return "the group's name gives no usable scope";
  return create || isKnown ? null : "the scope is not in the catalogue";
};

const missOf = (
  rule: CompiledRule,
  person: PersonFact,
  { role, at }: CapturedGrant,
  { group }: Capture,
  scope: string,
  problem: string,
): ScopeMiss => ({
  rule: rule.id,
  person: person.id,
  group: group.id,
  role,
  scope,
  path: `grant[${at}]`,
  problem,
});

const fireCaptured = (
  mapping: CompiledMapping,
  rule: CompiledRule,
  person: PersonFact,
  grant: CapturedGrant,
  capture: Capture,
  outcome: Outcome,
): void => {
  const { role, before, after, place, rung, at } = grant;
  const scope = `${before}${capture.scope}${after}`;
  const isKnown = mapping.scopes.has(scope);
  const problem = problemOf(grant, scope, isKnown);
  if (problem !== null) {
    outcome.missed.push(missOf(rule, person, grant, capture, scope, problem));
    return;
  }
  if (!isKnown) outcome.created.push(scope);
  const reasons = [groupReason(rule, person, capture.group)];
  outcome.granted.push({ grant: { role, scope, place, rung, at }, reasons });
};

/** Applies `rule`, which `match` says holds for `person`, and adds what comes of it to `outcome`. */
export const fire = (
  mapping: CompiledMapping,
  rule: CompiledRule,
  person: PersonFact,
  found: Match,
  outcome: Outcome,
): void => {
  const { grant: plain, captured, deny } = rule;
  if (plain.length + deny.length > 0) {
    const reasons = reasonsFor(rule, person, found);
    for (const grant of plain) outcome.granted.push({ grant, reasons });
    for (const grant of deny) outcome.denied.push({ grant, reasons });
  }
  for (const grant of captured)
    for (const capture of found.captures) fireCaptured(mapping, rule, person, grant, capture, outcome);
};
