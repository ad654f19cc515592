/** What a rule that applies to one directory user grants, and what of it comes to nothing. */
import type {
  DesiredRole,
  DirectoryGroupId,
  DirectoryUserId,
  PersonFact,
  Reason,
  RoleKey,
} from "../domain/index.ts";
import type { CapturedGrant, CompiledMapping, CompiledRule } from "./compile/index.ts";
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

/** A rule that applied, with why and what came of it. */
export interface Fired {
  readonly rule: CompiledRule;
  readonly reasons: ReadonlyArray<Reason>;
  readonly scoped: ReadonlyArray<DesiredRole>;
  readonly missed: ReadonlyArray<ScopeMiss>;
  /** Scopes of `scoped` that the catalogue lacks. */
  readonly created: ReadonlyArray<string>;
}

const baseOf = (rule: CompiledRule, person: PersonFact) => ({
  rule: rule.id,
  connection: person.connection.id,
  person: person.id,
});

const groupReason = (rule: CompiledRule, person: PersonFact, { id, cause }: Capture["group"]): Reason => ({
  rule: rule.id,
  connection: person.connection.id,
  person: person.id,
  group: id,
  because: "group",
  cause,
});

const reasonsFor = (
  rule: CompiledRule,
  person: PersonFact,
  { groups, facts }: Match,
): ReadonlyArray<Reason> => {
  if (groups.length > 0) return groups.map((group) => groupReason(rule, person, group));
  const because = [...new Set(facts)].toSorted().join(", ");
  return [{ ...baseOf(rule, person), group: null, because, cause: person.cause }];
};

const problemOf = ({ create }: CapturedGrant, scope: string, { scopes }: CompiledMapping): string | null => {
  if (!isScope(scope)) return "the group's name gives no usable scope";
  return create || scopes.has(scope) ? null : "the scope is not in the catalogue";
};

const nothing = { scoped: [], missed: [], created: [] };

const fireCaptured = (
  mapping: CompiledMapping,
  rule: CompiledRule,
  person: PersonFact,
  captures: ReadonlyArray<Capture>,
): Pick<Fired, "scoped" | "missed" | "created"> => {
  if (rule.captured.length === 0) return nothing;
  const scoped: Array<DesiredRole> = [];
  const missed: Array<ScopeMiss> = [];
  const created: Array<string> = [];
  for (const grant of rule.captured) {
    const { role, before, after, at } = grant;
    for (const { scope: text, group } of captures) {
      const scope = `${before}${text}${after}`;
      const problem = problemOf(grant, scope, mapping);
      if (problem === null && !mapping.scopes.has(scope)) created.push(scope);
      if (problem === null) scoped.push({ role, scope, reasons: [groupReason(rule, person, group)] });
      else {
        const { id } = rule;
        missed.push({
          rule: id,
          person: person.id,
          group: group.id,
          role,
          scope,
          path: `grant[${at}]`,
          problem,
        });
      }
    }
  }
  return { scoped, missed, created };
};

/** Applies `rule`, which `match` says holds for `person`. */
export const fire = (
  mapping: CompiledMapping,
  rule: CompiledRule,
  person: PersonFact,
  found: Match,
): Fired => {
  const reasons = reasonsFor(rule, person, found);
  const { scoped, missed, created } = fireCaptured(mapping, rule, person, found.captures);
  return { rule, reasons, scoped, missed, created };
};
