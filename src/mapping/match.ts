/** The one evaluator: does a condition hold for a directory user, and because of which facts? */
import type { GroupFact } from "../domain/index.ts";
import type { BranchNode, LeafNode, Node, Observed, Test } from "./compile/index.ts";
import { captured, type Glob } from "./condition/index.ts";

/** A scope that a group's name gave. */
export interface Capture {
  readonly scope: string;
  readonly group: GroupFact;
}

/** What made a condition hold: memberships, the scopes they gave, and in words everything else. */
export interface Match {
  readonly groups: ReadonlyArray<GroupFact>;
  readonly captures: ReadonlyArray<Capture>;
  readonly facts: ReadonlyArray<string>;
}

interface Found {
  readonly groups: Array<GroupFact>;
  readonly captures: Array<Capture>;
  readonly facts: Array<string>;
}

const none: ReadonlyArray<never> = [];

const captureAll = (glob: Glob, groups: ReadonlyArray<GroupFact>): ReadonlyArray<Capture> =>
  groups.map((group) => ({ scope: captured(glob, group.name), group }));

const capturesOf = ({ glob }: Test, groups: ReadonlyArray<GroupFact>): ReadonlyArray<Capture> =>
  glob !== null && glob.middle === "capture" ? captureAll(glob, groups) : none;

/** Most conditions are one test: its groups are the answer as they are. */
const matchLeaf = ({ test, wanted, fact }: LeafNode, observed: Observed): Match | null => {
  const groups = observed.groupsOf(test);
  if ((groups !== null) !== wanted) return null;
  if (groups === null || groups.length === 0)
    return observed.needsGroup ? null : { groups: none, captures: none, facts: [fact] };
  return { groups, captures: capturesOf(test, groups), facts: none };
};

const addLeaf = (node: LeafNode, observed: Observed, found: Found): boolean => {
  const groups = observed.groupsOf(node.test);
  if ((groups !== null) !== node.wanted) return false;
  if (groups === null || groups.length === 0) {
    found.facts.push(node.fact);
    return true;
  }
  for (const group of groups) found.groups.push(group);
  for (const capture of capturesOf(node.test, groups)) found.captures.push(capture);
  return true;
};

/** Forgets what an `all` had found before it failed. */
const addEvery = (of: ReadonlyArray<Node>, observed: Observed, found: Found): boolean => {
  const { groups, captures, facts } = found;
  const before = groups.length;
  const capturesBefore = captures.length;
  const factsBefore = facts.length;
  for (const node of of) {
    if (add(node, observed, found)) continue;
    groups.length = before;
    captures.length = capturesBefore;
    facts.length = factsBefore;
    return false;
  }
  return true;
};

const addSome = (of: ReadonlyArray<Node>, observed: Observed, found: Found): boolean => {
  let isMet = false;
  for (const node of of) if (add(node, observed, found)) isMet = true;
  return isMet;
};

const add = (node: Node, observed: Observed, found: Found): boolean => {
  if ("test" in node) return addLeaf(node, observed, found);
  return node.every ? addEvery(node.of, observed, found) : addSome(node.of, observed, found);
};

/**
 * What makes `condition` hold for the person observed; `null` where it does not. What is not so (`not`) holds of
 * somebody whom we made only beside a group that others gave them: that we made them must change nothing.
 */
export const match = (condition: Node, observed: Observed): Match | null => {
  if ("test" in condition) return matchLeaf(condition, observed);
  const found: Found = { groups: [], captures: [], facts: [] };
  if (!add(condition, observed, found)) return null;
  return observed.needsGroup && found.groups.length === 0 ? null : found;
};

/** A leaf that kept a condition from holding: where it stands in the rule, and what it looks at. */
export interface Failed {
  readonly path: string;
  readonly fact: string;
}

const failedMany = ({ of, every }: BranchNode, observed: Observed): ReadonlyArray<Failed> => {
  const each = of.map((node) => failed(node, observed));
  return !every && each.some((one) => one.length === 0) ? [] : each.flat();
};

/** Every leaf that would have to change for `condition` to hold; empty where it holds. */
export const failed = (condition: Node, observed: Observed): ReadonlyArray<Failed> => {
  if (!("test" in condition)) return failedMany(condition, observed);
  const { test, wanted, path, fact } = condition;
  return observed.has(test) === wanted ? [] : [{ path, fact }];
};
