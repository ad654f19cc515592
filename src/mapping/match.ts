/** The one evaluator: does a condition hold for a directory user, and because of which facts? */
import type { GroupFact } from "../domain/index.ts";
import { passes } from "./attribute.ts";
import { type BranchView, type Condition, type Leaf, type View, view, words } from "./condition.ts";
import { keyOfGroup, type Subject } from "./key.ts";

/** What made a condition hold: memberships, and in words everything else. */
export interface Match {
  readonly groups: ReadonlyArray<GroupFact>;
  readonly facts: ReadonlyArray<string>;
}

const groupsOf = (leaf: Leaf, subject: Subject): ReadonlyArray<GroupFact> =>
  "attribute" in leaf || "connection" in leaf ? [] : (subject.groups.get(keyOfGroup(leaf)) ?? []);

const holds = (leaf: Leaf, { person, groups }: Subject): boolean => {
  if ("attribute" in leaf) return passes(leaf.attribute, person.attributes);
  if ("connection" in leaf) return leaf.connection === person.connection.slug;
  return groups.has(keyOfGroup(leaf));
};

const matchLeaf = (leaf: Leaf, subject: Subject, wanted: boolean): Match | null => {
  if (holds(leaf, subject) !== wanted) return null;
  const groups = groupsOf(leaf, subject);
  return { groups, facts: groups.length > 0 ? [] : [words(leaf, wanted)] };
};

const matchMany = (seen: BranchView, subject: Subject): Match | null => {
  const matches: Array<Match> = [];
  for (const condition of seen.of) {
    const match = matchView(view(condition, seen.wanted), subject);
    if (match !== null) matches.push(match);
    else if (seen.every) return null;
  }
  if (matches.length === 0) return null;
  return { groups: matches.flatMap(({ groups }) => groups), facts: matches.flatMap(({ facts }) => facts) };
};

const matchView = (seen: View, subject: Subject): Match | null =>
  "leaf" in seen ? matchLeaf(seen.leaf, subject, seen.wanted) : matchMany(seen, subject);

/** What makes `condition` hold for this person; `null` where it does not. */
export const match = (condition: Condition, subject: Subject): Match | null =>
  matchView(view(condition, true), subject);

/** A leaf that kept a condition from holding: where it stands in the rule, and what it looks at. */
export interface Failed {
  readonly path: string;
  readonly fact: string;
}

const failedMany = (seen: BranchView, subject: Subject, path: string) => {
  const each = seen.of.map((condition, index) =>
    failed(condition, subject, `${path}${seen.at}[${index}]`, seen.wanted),
  );
  return !seen.every && each.some((one) => one.length === 0) ? [] : each.flat();
};

/** Every leaf that would have to change for `condition` to hold; empty where it holds. */
export const failed = (
  condition: Condition,
  subject: Subject,
  path: string,
  wanted = true,
): ReadonlyArray<Failed> => {
  const seen = view(condition, wanted);
  if (!("leaf" in seen)) return failedMany(seen, subject, path);
  const isMet = holds(seen.leaf, subject) === seen.wanted;
  return isMet ? [] : [{ path: `${path}${seen.at}`, fact: words(seen.leaf, seen.wanted) }];
};
