/** The single facts, and the single rules, that an account's role hangs on. */
import type { Facts, PersonFact, RoleKey } from "../../domain/index.ts";
import type { CompiledMapping, CompiledRule } from "../compile/index.ts";
import { stepsOf, valuesAt } from "../condition/index.ts";
import { desiredRoles } from "../desired.ts";
import { contributing } from "../lifecycle.ts";
import { applyChanges, type Change, changeKey } from "./change.ts";
import { holds, type Question, questionOf, testsIn } from "./question.ts";
import { nothingElse } from "./surroundings.ts";

export interface Loss {
  /** Each alone takes the role away. */
  readonly changes: ReadonlyArray<Change>;
  /** Rules each of which, if it were not there, would leave the account without the role. */
  readonly rules: ReadonlyArray<string>;
  /** By how many rules the account has the role now, and by how many reasons. */
  readonly byRules: number;
  readonly byReasons: number;
}

/** Memberships that some rule in question looks at. */
const leaving = ({ observed, tests }: Question, person: PersonFact): ReadonlyArray<Change> => {
  const seen = observed(person);
  const groups = seen.met.flatMap((test) => (tests.has(test) ? (seen.groupsOf(test) ?? []) : []));
  const base = { person: person.id, connection: person.connection.slug };
  return [...new Set(groups)].map((group) => ({ kind: "leave", ...base, group }));
};

const emptying = ({ tests }: Question, person: PersonFact): ReadonlyArray<Change> => {
  const base = { person: person.id, connection: person.connection.slug, wanted: false };
  return [...tests].flatMap(({ leaf }): ReadonlyArray<Change> => {
    if ("emailDomain" in leaf) return [{ kind: "address", ...base, domain: leaf.emailDomain }];
    if (!("attribute" in leaf)) return [];
    const { name } = leaf.attribute;
    if (valuesAt(person.attributes, stepsOf(name)).length === 0) return [];
    return [{ kind: "attribute", ...base, name, leaf, value: null, isNamed: true }];
  });
};

const changesOf = (question: Question, facts: Facts): ReadonlyArray<Change> => {
  const all = contributing(facts).flatMap(
    (person): ReadonlyArray<Change> => [...leaving(question, person), ...emptying(question, person)],
  );
  // Also of those who do not count: their connection may have the say on whether the account is active.
  const ending = facts.people
    .filter(({ active, isOurs }) => active && !isOurs)
    .map(({ id, connection }): Change => ({ kind: "deactivate", person: id, connection: connection.slug }));
  return [...new Map([...all, ...ending].map((change) => [changeKey(change), change])).values()];
};

const looked = 8;

/**
 * Is it seen at once that the role stays? Where nothing denies or outranks it, one rule that holds and does not look at
 * the group is enough: so that two hundred memberships cost no two hundred evaluations.
 */
const staysFor = (question: Question, facts: Facts) => {
  const { granting, denying, above, role } = question;
  if (denying.length + above.length > 0) return () => false;
  const plain = granting.filter(({ grant }) => grant.some((one) => one.role === role));
  const witnesses = contributing(facts)
    .flatMap((person) =>
      plain.filter((rule) => holds(question, rule, person)).map((rule) => ({ rule, person })),
    )
    .slice(0, looked)
    .map(({ rule, person }) => {
      const observed = question.observed(person);
      return {
        person: person.id,
        groups: new Set(testsIn(rule.when).flatMap((test) => observed.groupsOf(test) ?? [])),
      };
    });
  return (change: Change): boolean =>
    change.kind === "leave" &&
    witnesses.some(({ person, groups }) => person !== change.person || !groups.has(change.group));
};

/** What takes `role` away from an account that has it, each by itself; `null` where the account has it not. */
export const lossOf = (facts: Facts, mapping: CompiledMapping, role: RoleKey, now: number): Loss | null => {
  const question = questionOf(mapping, role, now, nothingElse);
  const reasonsIn = (some: Facts, without?: CompiledRule) =>
    desiredRoles(some, mapping, now, without)
      .roles.filter((one) => one.role === role)
      .flatMap(({ reasons }) => reasons);
  const reasons = reasonsIn(facts);
  if (reasons.length === 0) return null;
  const stays = staysFor(question, facts);
  const ends = (change: Change) => !stays(change) && reasonsIn(applyChanges(facts, [change])).length === 0;
  const giving = new Set(reasons.map(({ rule }) => rule));
  // A rule that decides about nothing above only gives: without it the role is there by whatever else gives it.
  const isNeeded = (rule: CompiledRule) =>
    question.above.includes(rule)
      ? reasonsIn(facts, rule).length === 0
      : giving.size === 1 && giving.has(rule.id);
  return {
    changes: changesOf(question, facts).filter(ends),
    rules: [...new Set([...question.granting, ...question.above].filter(isNeeded).map(({ id }) => id))],
    byRules: giving.size,
    byReasons: reasons.length,
  };
};
