/** Which tests a rule can be found by. */
import type { BranchNode, LeafNode, Node, Test } from "./types.ts";

/** Whoever meets the condition meets one of `tests`. The higher `width`, the more people meet one for nothing. */
interface Necessary {
  readonly tests: ReadonlySet<Test>;
  readonly width: number;
}

const widthOf = ({ leaf }: Test): number => {
  if ("group" in leaf || "externalGroup" in leaf) return 0;
  if ("groupName" in leaf) return "equals" in leaf.groupName ? 0 : 1;
  if ("attribute" in leaf) return "equals" in leaf.attribute || "in" in leaf.attribute ? 1 : 2;
  return "emailDomain" in leaf ? 2 : 3;
};

const ofLeaf = ({ test, wanted }: LeafNode): Necessary | null =>
  wanted ? { tests: new Set([test]), width: widthOf(test) } : null;

const narrower = (a: Necessary, b: Necessary): Necessary => {
  if (a.width !== b.width) return a.width > b.width ? b : a;
  return b.tests.size < a.tests.size ? b : a;
};

const either = (a: Necessary, b: Necessary): Necessary => ({
  tests: new Set([...a.tests, ...b.tests]),
  width: Math.max(a.width, b.width),
});

const ofMany = ({ of, every }: BranchNode): Necessary | null => {
  const known = of.map(necessary).filter((one) => one !== null);
  const [first, ...rest] = known;
  if (first === undefined || (!every && known.length < of.length)) return null;
  return rest.reduce(every ? narrower : either, first);
};

/** The narrowest tests without which `node` cannot hold; `null` where nothing is necessary. */
export const necessary = (node: Node): Necessary | null => ("test" in node ? ofLeaf(node) : ofMany(node));
