/** What one predicate says about another, whoever the person is. */
import {
  type AttributeTest,
  type GroupNameTest,
  instantOf,
  type Leaf,
  type LeafView,
  literalHead,
  matchesGlob,
  parseGlob,
  scalarKey,
} from "../condition/index.ts";

/** A predicate that must hold, or must not. `present: false` is written as `present: true` that must not. */
export interface Literal {
  readonly leaf: Leaf;
  readonly wanted: boolean;
}

/** Has this attribute at most one value? */
export type IsSingle = (attribute: string) => boolean;

export const literalOf = ({ leaf, wanted }: Pick<LeafView, "leaf" | "wanted">): Literal => {
  if (!("attribute" in leaf) || !("present" in leaf.attribute)) return { leaf, wanted };
  const { name, present } = leaf.attribute;
  return { leaf: { attribute: { name, present: true } }, wanted: wanted === present };
};

const isSame = (a: Leaf, b: Leaf): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Empty text and nothing else is a value that does not count as present. */
const saysPresent = (test: AttributeTest): boolean => {
  if ("equals" in test) return test.equals !== "";
  return "in" in test ? test.in.every((value) => value !== "") : true;
};

const valuesOf = (test: AttributeTest) => {
  if ("equals" in test) return [scalarKey(test.equals)];
  return "in" in test ? test.in.map(scalarKey) : null;
};

/** `now` counts from a beginning nobody knows, so that it compares with itself alone. */
const limitOf = (moment: string) => (moment === "now" ? null : instantOf(moment));

const isNoLater = (a: string, b: string): boolean => {
  const [x, y] = [limitOf(a), limitOf(b)];
  return x === null || y === null ? a === b : x <= y;
};

const attributeImplies = (a: AttributeTest, b: AttributeTest): boolean => {
  if (a.name !== b.name) return false;
  if ("present" in b) return saysPresent(a);
  if ("before" in a && "before" in b) return isNoLater(a.before, b.before);
  if ("after" in a && "after" in b) return isNoLater(b.after, a.after);
  const [narrow, wide] = [valuesOf(a), valuesOf(b)];
  return narrow !== null && wide !== null && narrow.every((value) => wide.includes(value));
};

const nameImplies = (a: GroupNameTest, b: GroupNameTest): boolean => {
  if (b.connection !== undefined && a.connection !== b.connection) return false;
  if (b.kind !== undefined && a.kind !== b.kind) return false;
  if ("equals" in b) return "equals" in a && a.equals === b.equals;
  if ("prefix" in b) {
    const head = "equals" in a ? a.equals : "prefix" in a ? a.prefix : literalHead(parseGlob(a.glob));
    return head.startsWith(b.prefix);
  }
  if ("equals" in a) return matchesGlob(parseGlob(b.glob), a.equals);
  return "glob" in a && a.glob === b.glob;
};

/** The connection without which the predicate cannot hold. */
const connectionOf = (leaf: Leaf): string | undefined => {
  if ("connection" in leaf) return leaf.connection;
  if ("externalGroup" in leaf) return leaf.externalGroup.connection;
  return "groupName" in leaf ? leaf.groupName.connection : undefined;
};

/** Whoever meets `a` meets `b`. */
const implies = (a: Leaf, b: Leaf): boolean => {
  if (isSame(a, b)) return true;
  if ("connection" in b) return connectionOf(a) === b.connection;
  if ("attribute" in a && "attribute" in b) return attributeImplies(a.attribute, b.attribute);
  if ("groupKind" in b) return "groupName" in a && a.groupName.kind === b.groupKind;
  if ("emailDomain" in a && "emailDomain" in b) return scalarKey(a.emailDomain) === scalarKey(b.emailDomain);
  return "groupName" in a && "groupName" in b && nameImplies(a.groupName, b.groupName);
};

const attributeExcludes = (a: AttributeTest, b: AttributeTest): boolean => {
  if ("before" in a && "after" in b) return isNoLater(a.before, b.after);
  const [some, others] = [valuesOf(a), valuesOf(b)];
  return some !== null && others !== null && !some.some((value) => others.includes(value));
};

/** Nobody meets both. */
const excludes = (a: Leaf, b: Leaf, isSingle: IsSingle): boolean => {
  const [x, y] = [connectionOf(a), connectionOf(b)];
  if (x !== undefined && y !== undefined && x !== y) return true;
  if (!("attribute" in a && "attribute" in b) || a.attribute.name !== b.attribute.name) return false;
  if (!isSingle(a.attribute.name)) return false;
  return attributeExcludes(a.attribute, b.attribute) || attributeExcludes(b.attribute, a.attribute);
};

/** Can never be so. */
export const isImpossible = ({ leaf, wanted }: Literal): boolean =>
  wanted && "attribute" in leaf && "in" in leaf.attribute && leaf.attribute.in.length === 0;

/** Where `a` is so, `b` is so. */
export const entails = (a: Literal, b: Literal, isSingle: IsSingle): boolean => {
  if (a.wanted) return b.wanted ? implies(a.leaf, b.leaf) : excludes(a.leaf, b.leaf, isSingle);
  return !b.wanted && implies(b.leaf, a.leaf);
};

/** `a` and `b` cannot both be so. */
export const contradicts = (a: Literal, b: Literal, isSingle: IsSingle): boolean =>
  entails(a, { leaf: b.leaf, wanted: !b.wanted }, isSingle);
