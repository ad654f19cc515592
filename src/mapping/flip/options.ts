/** The changes of which one at least must be made for a condition to become true, or false. */
import type { GroupFact, PersonFact } from "../../domain/index.ts";
import type { LeafNode, Node, Observed } from "../compile/index.ts";
import { type Change, slotOf } from "./change.ts";
import { joinable } from "./groups.ts";
import type { Question } from "./question.ts";
import { valuesFor } from "./values.ts";

interface Sought {
  readonly question: Question;
  readonly person: PersonFact;
  readonly observed: Observed;
  /** What was changed on the way here, and is not changed again. */
  readonly used: ReadonlySet<string>;
}

const ofAttribute = (
  { question, person }: Sought,
  { test }: LeafNode,
  to: boolean,
): ReadonlyArray<Change> => {
  const { leaf } = test;
  if (!("attribute" in leaf)) return [];
  const { name } = leaf.attribute;
  const base = { person: person.id, connection: person.connection.slug, name, leaf, wanted: to };
  return valuesFor(question, name)
    .filter(({ meets }) => meets.has(test) === to)
    .map(({ value, isNamed }) => ({ kind: "attribute", ...base, value, isNamed }));
};

const ofGroups = (sought: Sought, { test }: LeafNode, to: boolean): ReadonlyArray<Change> => {
  const { question, person, observed } = sought;
  const base = { person: person.id, connection: person.connection.slug };
  if (to)
    return joinable(question, person, test).map(({ group, isKnown }) => ({
      kind: "join",
      ...base,
      group,
      isKnown,
      leaf: test.leaf,
      wanted: true,
    }));
  // All of them must be left: it does not matter with which one begins.
  const [first] = (observed.groupsOf(test) ?? []).toSorted(byId);
  return first === undefined ? [] : [{ kind: "leave", ...base, group: first }];
};

const byId = (a: GroupFact, b: GroupFact): number => (a.id < b.id ? -1 : 1);

const ofLeaf = (sought: Sought, node: LeafNode, to: boolean): ReadonlyArray<Change> => {
  const { person, used } = sought;
  const { leaf } = node.test;
  // Of whom we made, only groups count.
  if (person.isOurs && ("attribute" in leaf || "emailDomain" in leaf)) return [];
  // Where a person comes from is not changed: somebody else of the account may come from there.
  if ("connection" in leaf) return [];
  const base = { person: person.id, connection: person.connection.slug };
  const all: ReadonlyArray<Change> =
    "attribute" in leaf
      ? ofAttribute(sought, node, to)
      : "emailDomain" in leaf
        ? [{ kind: "address", ...base, domain: leaf.emailDomain, wanted: to }]
        : ofGroups(sought, node, to);
  return all.filter((change) => !used.has(slotOf(change)));
};

const isAs = (node: LeafNode, observed: Observed, to: boolean): boolean =>
  (observed.has(node.test) === node.wanted) === to;

/** Is the condition so already? */
const isSo = (node: Node, observed: Observed, to: boolean): boolean => {
  if ("test" in node) return isAs(node, observed, to);
  return node.every === to
    ? node.of.every((each) => isSo(each, observed, to))
    : node.of.some((each) => isSo(each, observed, to));
};

/** Where every part must come to be so, the part with the fewest ways: each solution goes one of them. */
const fewest = (lists: ReadonlyArray<ReadonlyArray<Change>>): ReadonlyArray<Change> =>
  lists.reduce((best, list) => (list.length < best.length ? list : best), lists[0] ?? []);

/**
 * Of these changes one at least is in every set that makes the condition `to`; none where no set does, or where it is
 * so already.
 */
export const optionsFor = (sought: Sought, node: Node, to: boolean): ReadonlyArray<Change> => {
  if (isSo(node, sought.observed, to)) return [];
  if ("test" in node) return ofLeaf(sought, node, to === node.wanted);
  const open = node.of
    .filter((each) => !isSo(each, sought.observed, to))
    .map((each) => optionsFor(sought, each, to));
  return node.every === to ? fewest(open) : open.flat();
};

/** Of these one at least is in every set by which more of a condition holds than does now. */
export const optionsForMore = (sought: Sought, node: Node): ReadonlyArray<Change> =>
  "test" in node ? optionsFor(sought, node, true) : node.of.flatMap((each) => optionsForMore(sought, each));

/** No set smaller than this makes the condition hold; infinite where it is seen that none does. */
export const leastFor = (node: Node, observed: Observed): number => {
  if ("test" in node) {
    if (isAs(node, observed, true)) return 0;
    const { leaf } = node.test;
    if ("connection" in leaf) return Number.POSITIVE_INFINITY;
    if (observed.needsGroup && ("attribute" in leaf || "emailDomain" in leaf))
      return Number.POSITIVE_INFINITY;
    // Every group that meets it must be left.
    return Math.max(1, observed.groupsOf(node.test)?.length ?? 1);
  }
  const each = node.of.map((one) => leastFor(one, observed));
  if (!node.every) return Math.min(...each);
  return Math.max(0, apart(node.of, observed), ...each);
};

/** What no one change can do at once: other attributes, other groups by id. */
const apart = (of: ReadonlyArray<Node>, observed: Observed): number => {
  const kinds = of.flatMap((node) => {
    if (!("test" in node) || isAs(node, observed, true) || !node.wanted) return [];
    const { leaf } = node.test;
    if ("attribute" in leaf) return [`attribute ${leaf.attribute.name}`];
    return "group" in leaf ? [`group ${leaf.group}`] : [];
  });
  return new Set(kinds).size;
};
