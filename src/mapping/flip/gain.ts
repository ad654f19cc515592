/** The fewest changes of facts that would give an account a role. */
import type { ConnectionFact, DirectoryUserId, Facts, PersonFact, RoleKey } from "../../domain/index.ts";
import type { CompiledMapping, CompiledRule } from "../compile/index.ts";
import { type Desired, desiredRoles } from "../desired.ts";
import { authoritative, contributing, counts, lifecycle } from "../lifecycle.ts";
import { byText } from "../order.ts";
import { applyChanges, type Change, changeKey, slotOf } from "./change.ts";
import { joinable } from "./groups.ts";
import { leastFor, optionsFor, optionsForMore } from "./options.ts";
import { holds, type Question, questionOf } from "./question.ts";
import { nothingElse, type Surroundings } from "./surroundings.ts";

export interface Gain {
  /** All of them together give the role. */
  readonly changes: ReadonlyArray<Change>;
  /** The rule that would give it. */
  readonly rule: string;
  /** Is it certain that no smaller set does? */
  readonly isProven: boolean;
}

/** A rule that shall give the role by way of one person. */
interface Goal {
  readonly rule: CompiledRule;
  readonly person: DirectoryUserId;
  readonly start: ReadonlyArray<Change>;
  /** No set smaller than this reaches it. */
  readonly least: number;
}

/** Looking gives up after so many sets: the account waits for an answer. */
const mostSteps = 300;
const mostChanges = 12;

interface Search {
  readonly question: Question;
  readonly facts: Facts;
  readonly newcomers: ReadonlyArray<ConnectionFact>;
  steps: number;
}

/** Connections that could bring the account somebody new. */
const newcomersOf = (
  { people, lost }: Facts,
  { connections }: Surroundings,
): ReadonlyArray<ConnectionFact> => {
  const taken = new Set<string>(people.map(({ connection }) => connection.id));
  const all = [...lost, ...connections].filter(({ id }) => !taken.has(id));
  return [...new Map(all.map((one) => [one.id, one])).values()].toSorted((a, b) => byText(a.slug, b.slug));
};

const stateOf = ({ active, isOurs, connection }: PersonFact): number =>
  (active || isOurs ? 0 : 1) + (counts(connection) ? 0 : 1);

const goalsOf = ({ question, facts, newcomers }: Search): ReadonlyArray<Goal> => {
  const starts = [
    { facts, start: [] as ReadonlyArray<Change> },
    ...newcomers.map((connection) => {
      const start: ReadonlyArray<Change> = [{ kind: "appear", connection }];
      return { facts: applyChanges({ ...facts, people: [] }, start), start };
    }),
  ];
  const people = starts.flatMap((one) => one.facts.people.map((person) => ({ person, start: one.start })));
  return question.granting
    .flatMap((rule) =>
      people.map(({ person, start }): Goal => {
        const least = leastFor(rule.when, question.observed(person));
        return { rule, person: person.id, start, least: start.length + stateOf(person) + least };
      }),
    )
    .filter(({ least }) => least < Number.POSITIVE_INFINITY)
    .toSorted((a, b) => a.least - b.least || byText(a.rule.id, b.rule.id) || byText(a.person, b.person));
};

const counting = (person: PersonFact): ReadonlyArray<Change> => {
  const { id, connection, active, isOurs } = person;
  if (!counts(connection)) return [{ kind: "enable", connection }];
  return active || isOurs ? [] : [{ kind: "activate", person: id, connection: connection.slug }];
};

/** Connections that do not count yet, of an account that nobody else knows. */
const starting = ({ people }: Facts): ReadonlyArray<Change> =>
  people
    .filter(({ connection, isOurs }) => connection.waits === true && !isOurs)
    .map(({ connection }): Change => ({ kind: "enable", connection }));

/**
 * An account is active once nobody objects, and somebody who counts knows it: the first objection must go, a connection
 * begin to count, or somebody else have the say.
 */
const reviving = ({ newcomers }: Search, facts: Facts): ReadonlyArray<Change> => {
  const silent = authoritative(facts).find(
    ({ id }) =>
      !facts.people.some((person) => person.connection.id === id && person.active && !person.isOurs),
  );
  const inactive = facts.people.filter(({ connection, isOurs }) => connection.id === silent?.id && !isOurs);
  return [
    ...inactive.map(
      ({ id, connection }): Change => ({ kind: "activate", person: id, connection: connection.slug }),
    ),
    ...starting(facts),
    ...newcomers
      .filter(({ id }) => !facts.people.some((person) => person.connection.id === id))
      .map((connection): Change => ({ kind: "appear", connection })),
  ];
};

interface At {
  readonly facts: Facts;
  readonly used: ReadonlySet<string>;
}

const sought = ({ question }: Search, { used }: At, person: PersonFact) => ({
  question,
  person,
  observed: question.observed(person),
  used,
});

const turning = (search: Search, at: At, rule: CompiledRule, person: PersonFact, to: boolean) =>
  optionsFor(sought(search, at, person), rule.when, to);

/** A group must give a scope which counts: another one, or one whose part of the condition does not hold. */
const capturing = (search: Search, at: At, rule: CompiledRule, person: PersonFact): ReadonlyArray<Change> => {
  if (rule.captured.length === 0) return [];
  const isIn = new Set(person.groups.map(({ id }) => id));
  const base = { person: person.id, connection: person.connection.slug, wanted: true };
  const joins = [...search.question.tests].flatMap((test) =>
    test.glob?.middle === "capture"
      ? joinable(search.question, person, test)
          .filter(({ group }) => !isIn.has(group.id))
          .map((one): Change => ({ kind: "join", ...base, ...one, leaf: test.leaf }))
      : [],
  );
  return [...joins, ...optionsForMore(sought(search, at, person), rule.when)].filter(
    (change) => !at.used.has(slotOf(change)),
  );
};

/** Whoever does not count yet: a rule may look at them then. */
const joining = ({ newcomers }: Search, { facts }: At): ReadonlyArray<Change> => [
  ...facts.people.flatMap(counting),
  ...newcomers.map((connection): Change => ({ kind: "appear", connection })),
];

/** A higher role of the ladder stands in the way: it must go, or be denied. */
const outranking = (search: Search, at: At, desired: Desired): ReadonlyArray<Change> => {
  const { role, above } = search.question;
  const tops = new Set<RoleKey>(desired.outranked.filter((one) => one.role === role).map(({ by }) => by));
  const people = contributing(at.facts);
  const reasons = desired.roles.filter((one) => tops.has(one.role)).flatMap((one) => one.reasons);
  const leaving = reasons.flatMap(({ rule, person, group }): ReadonlyArray<Change> => {
    const by = above.find(({ id }) => id === rule);
    const who = people.find(({ id }) => id === person);
    if (by === undefined || who === undefined) return [];
    const own = who.groups.filter(({ id }) => id === group);
    const base = { person: who.id, connection: who.connection.slug };
    const groups = own.map((one): Change => ({ kind: "leave", ...base, group: one }));
    return [...turning(search, at, by, who, false), ...groups];
  });
  const against = above.filter(({ deny }) => deny.some((one) => tops.has(one.role)));
  const denying = against.flatMap((rule) =>
    people.flatMap((person) => turning(search, at, rule, person, true)),
  );
  const more = against.length === 0 ? [] : joining(search, at);
  return [...leaving, ...denying, ...more].filter((change) => !at.used.has(slotOf(change)));
};

/** What to try next for `goal`; `null`: the role is there. */
const nextFor = (search: Search, goal: Goal, at: At): ReadonlyArray<Change> | null => {
  const { question } = search;
  const person = at.facts.people.find(({ id }) => id === goal.person);
  if (person === undefined) return [];
  if (!lifecycle(at.facts).active) return reviving(search, at.facts);
  const blocked = counting(person);
  if (blocked.length > 0) return blocked;
  if (!holds(question, goal.rule, person)) return turning(search, at, goal.rule, person, true);
  for (const rule of question.denying) {
    const denied = contributing(at.facts).find((one) => holds(question, rule, one));
    if (denied !== undefined) return turning(search, at, rule, denied, false);
  }
  const desired = desiredRoles(at.facts, question.mapping, question.now);
  if (desired.roles.some(({ role }) => role === question.role)) return null;
  return [...outranking(search, at, desired), ...capturing(search, at, goal.rule, person)];
};

const unique = (changes: ReadonlyArray<Change>): ReadonlyArray<Change> => [
  ...new Map(changes.map((change) => [changeKey(change), change])).values(),
];

/** Goes through the sets of up to `size` changes that reach `goal`. */
const reach = (
  search: Search,
  goal: Goal,
  changes: ReadonlyArray<Change>,
  size: number,
  seen: Set<string>,
): ReadonlyArray<Change> | null => {
  const key = changes.map(changeKey).toSorted(byText).join("\n");
  if (seen.has(key) || search.steps-- <= 0) return null;
  seen.add(key);
  const facts = applyChanges(search.facts, changes);
  const next = nextFor(search, goal, { facts, used: new Set(changes.map(slotOf)) });
  if (next === null) return changes;
  if (changes.length >= size) return null;
  for (const change of unique(next)) {
    const found = reach(search, goal, [...changes, change], size, seen);
    if (found !== null) return found;
  }
  return null;
};

const searchIn = (search: Search, goals: ReadonlyArray<Goal>, size: number): Gain | null => {
  for (const goal of goals) {
    if (goal.least > size) return null;
    const changes = reach(search, goal, goal.start, size, new Set());
    if (changes !== null) return { changes, rule: goal.rule.id, isProven: changes.length <= 1 };
  }
  return null;
};

/**
 * The fewest changes that give `role` to an account that lacks it, among those that the rules and `around` make
 * thinkable; `null` where no rule can give it, or none was found. Grows the sets one by one, and after `steps` sets takes
 * what it can find. That nothing less does is claimed of single changes only: where predicates about one group stand
 * beside a denial of it, one group that nobody knows yet may do what two known ones do.
 */
export const gainOf = (
  facts: Facts,
  mapping: CompiledMapping,
  role: RoleKey,
  now: number,
  around: Surroundings = nothingElse,
  steps = mostSteps,
): Gain | null => {
  const question = questionOf(mapping, role, now, around);
  const search: Search = { question, facts, newcomers: newcomersOf(facts, around), steps };
  const goals = goalsOf(search);
  for (let size = 0; size <= mostChanges && search.steps > 0; size++) {
    const found = searchIn(search, goals, size);
    if (found !== null) return found;
  }
  for (const goal of goals.slice(0, 3)) {
    const last: Search = { ...search, steps: 50 };
    const changes = reach(last, goal, goal.start, Number.POSITIVE_INFINITY, new Set());
    if (changes !== null) return { changes, rule: goal.rule.id, isProven: false };
  }
  return null;
};
