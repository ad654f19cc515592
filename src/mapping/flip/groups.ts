/** The groups a person could join so that a predicate holds: those there are, else one that could be made. */
import { DirectoryGroupId, type EventId, type GroupFact, type PersonFact } from "../../domain/index.ts";
import { observe, type Test } from "../compile/index.ts";
import { captureMark, type GroupNameTest } from "../condition/index.ts";
import type { Question } from "./question.ts";
import type { SurroundingGroup } from "./surroundings.ts";

export interface Joinable {
  readonly group: GroupFact;
  readonly isKnown: boolean;
}

/** The id of a group that is only thought of. */
const thought = (index: number): DirectoryGroupId =>
  DirectoryGroupId.make(`ffffffff-ffff-7fff-bfff-${index.toString(16).padStart(12, "0")}`);

const mostScopes = 20;

/** What `{scope}` would have to stand for: whatever leads to a scope that counts. */
const captures = ({ granting, role, mapping }: Question): ReadonlyArray<string> => {
  const all = granting.flatMap(({ captured }) => captured.filter((one) => one.role === role));
  const known = all.flatMap(({ before, after }) =>
    [...mapping.scopes]
      .filter((scope) => scope.startsWith(before) && scope.endsWith(after))
      .map((scope) => scope.slice(before.length, scope.length - after.length))
      .filter((text) => text !== ""),
  );
  return [...new Set([...known.slice(0, mostScopes), "x"])];
};

const namesFor = (test: GroupNameTest, question: Question): ReadonlyArray<string> => {
  if ("equals" in test) return [test.equals];
  if ("prefix" in test) return [test.prefix];
  const plain = test.glob.replaceAll("?", "x").replaceAll("*", "");
  return plain.includes(captureMark)
    ? captures(question).map((text) => plain.replace(captureMark, () => text))
    : [plain];
};

const thoughtOf = ({ leaf }: Test, question: Question): ReadonlyArray<Partial<GroupFact>> => {
  if ("group" in leaf) return [{ id: leaf.group }];
  if ("externalGroup" in leaf) return [{ externalId: leaf.externalGroup.id }];
  if ("groupKind" in leaf) return [{ kind: leaf.groupKind }];
  if (!("groupName" in leaf)) return [];
  const { kind = "group" } = leaf.groupName;
  return namesFor(leaf.groupName, question).map((name) => ({ name, kind }));
};

type Known = ReadonlyMap<Test, ReadonlyArray<SurroundingGroup>>;

const observedAs = (question: Question, slug: string, group: GroupFact) => {
  const person = { connection: { slug }, attributes: {}, groups: [group] } as unknown as PersonFact;
  return observe(question.mapping.index, person, question.now);
};

// It decides nothing what brought a group that nobody is in yet.
const factOf = ({ id, externalId, kind, name }: SurroundingGroup, cause: EventId): GroupFact => ({
  id,
  externalId,
  kind,
  name,
  cause,
});

/** The groups there are by the tests that they meet, in one pass. */
const knownBy = (question: Question): Known => {
  const found = new Map<Test, Array<SurroundingGroup>>();
  for (const group of question.around.groups) {
    const cause = "" as EventId;
    for (const test of observedAs(question, group.connection, factOf(group, cause)).met) {
      const list = found.get(test) ?? [];
      if (list.length === 0) found.set(test, list);
      list.push(group);
    }
  }
  return found;
};

interface Kept {
  readonly known: Known;
  readonly order: ReadonlyMap<Test, number>;
}

const kept = new WeakMap<Question, Kept>();

const tablesOf = (question: Question): Kept => {
  const made = kept.get(question) ?? {
    known: knownBy(question),
    order: new Map([...question.tests].map((test, index) => [test, index])),
  };
  kept.set(question, made);
  return made;
};

/** Groups that meet `test` if `person` joins them. */
export const joinable = (question: Question, person: PersonFact, test: Test): ReadonlyArray<Joinable> => {
  const { known, order } = tablesOf(question);
  const all = known.get(test) ?? [];
  const here = all.filter(({ connection }) => connection === person.connection.slug);
  if (here.length > 0) return here.map((group) => ({ group: factOf(group, person.cause), isKnown: true }));
  // The group of this id is in another connection: nobody can join it here.
  if (all.length > 0 && "group" in test.leaf) return [];
  const first = (order.get(test) ?? 0) * (mostScopes + 1);
  return thoughtOf(test, question)
    .map((more, index): GroupFact => {
      const id = thought(first + index);
      return { id, externalId: null, kind: "group", name: "", cause: person.cause, ...more };
    })
    .filter((group) => observedAs(question, person.connection.slug, group).has(test))
    .map((group) => ({ group, isKnown: false }));
};
