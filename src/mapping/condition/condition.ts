/**
 * When a rule applies: a closed tree over what one directory user is and belongs to. Its JSON form is what is stored,
 * shown and evaluated; CEL (`../cel`) is only another way to type it.
 */
import { Schema } from "effect";
import { DirectoryGroupId, groupKinds, Slug } from "../../domain/index.ts";
import { globProblem } from "./glob.ts";
import { Moment } from "./instant.ts";

/** How many conditions may stand inside each other. */
export const maxDepth = 16;
const maxItems = 1000;

const messages = {
  condition:
    "use exactly one of all, any, not, group, externalGroup, groupName, groupKind, attribute, emailDomain, connection",
  attribute: "use a name and exactly one of equals, in, present, before, after",
  groupName: "use exactly one of equals, prefix, glob, and if you like connection and kind",
  domain: "use a domain such as acme.test, without @",
  depth: `nest conditions at most ${maxDepth} deep`,
  name: "use a dotted attribute path such as title, name.givenName or urn:example:User:department",
  items: `use a list of 1 to ${maxItems} items`,
};

const listOf = <S extends Schema.Constraint>(item: S) =>
  Schema.Array(item).check(
    Schema.isMinLength(1, { message: messages.items }),
    Schema.isMaxLength(maxItems, { message: messages.items }),
  );

const Text = Schema.String.check(
  Schema.isMinLength(1, { message: "must not be empty" }),
  Schema.isMaxLength(1024, { message: "use at most 1024 characters" }),
);

const Scalar = Schema.Union([Schema.String, Schema.Boolean, Schema.Finite]).annotate({
  message: "use a text, a number, true or false",
});

/** Where an attribute stands in a SCIM resource: `title`, `emails.value`, `urn:…:User:department`. */
const AttributeName = Schema.String.check(
  Schema.isPattern(/^(?=.{1,255}$)(?:urn:[^\s]+:)?[^\s.:]+(?:\.[^\s.:]+)*$/, { message: messages.name }),
);

const Group = Schema.Struct({
  group: DirectoryGroupId.annotate({ message: "use the directory group's id, a lower-case UUID" }),
});

const ExternalGroup = Schema.Struct({
  externalGroup: Schema.Struct({ connection: Slug, id: Text }),
});

const isGlob = (text: string): boolean | string => globProblem(text) ?? true;

const GroupKind = Schema.Literals(groupKinds).annotate({ message: `use one of ${groupKinds.join(", ")}` });

const whose = { connection: Schema.optionalKey(Slug), kind: Schema.optionalKey(GroupKind) };

const GroupName = Schema.Struct({
  groupName: Schema.Union([
    Schema.Struct({ equals: Text, ...whose }),
    Schema.Struct({ prefix: Text, ...whose }),
    Schema.Struct({ glob: Text.check(Schema.makeFilter(isGlob)), ...whose }),
  ]).annotate({ message: messages.groupName }),
});

const GroupKindLeaf = Schema.Struct({ groupKind: GroupKind });

const Attribute = Schema.Struct({
  attribute: Schema.Union([
    Schema.Struct({ name: AttributeName, equals: Scalar }),
    Schema.Struct({ name: AttributeName, in: listOf(Scalar) }),
    Schema.Struct({ name: AttributeName, present: Schema.Boolean }),
    Schema.Struct({ name: AttributeName, before: Moment }),
    Schema.Struct({ name: AttributeName, after: Moment }),
  ]).annotate({ message: messages.attribute }),
});

const EmailDomain = Schema.Struct({
  emailDomain: Schema.String.check(Schema.isPattern(/^[^\s@]{1,253}$/, { message: messages.domain })),
});

const Connection = Schema.Struct({ connection: Slug });

export type GroupNameTest = (typeof GroupName.Type)["groupName"];

/** A condition that groups meet. */
export type GroupLeaf =
  | typeof Group.Type
  | typeof ExternalGroup.Type
  | typeof GroupName.Type
  | typeof GroupKindLeaf.Type;

/** A condition without conditions inside. */
export type Leaf = GroupLeaf | typeof Attribute.Type | typeof EmailDomain.Type | typeof Connection.Type;

export type AttributeTest = (typeof Attribute.Type)["attribute"];

export type Condition =
  | { readonly all: ReadonlyArray<Condition> }
  | { readonly any: ReadonlyArray<Condition> }
  | { readonly not: Condition }
  | Leaf;

const leaves = [Group, ExternalGroup, GroupName, GroupKindLeaf, Attribute, EmailDomain, Connection] as const;

/** For documentation: what reads a document must not be recursive, see below. */
export const AnyCondition: Schema.Decoder<Condition> = Schema.Union([
  Schema.Struct({ all: listOf(Schema.suspend((): Schema.Decoder<Condition> => AnyCondition)) }),
  Schema.Struct({ any: listOf(Schema.suspend((): Schema.Decoder<Condition> => AnyCondition)) }),
  Schema.Struct({ not: Schema.suspend((): Schema.Decoder<Condition> => AnyCondition) }),
  ...leaves,
]).annotate({ identifier: "Condition" });

const TooDeep = Schema.Never.annotate({ message: messages.depth });

// One schema per level instead of a recursive one: a hostile document cannot exhaust the stack.
const level = (depth: number): Schema.Decoder<Condition> => {
  const inner: Schema.Decoder<Condition> = depth === maxDepth ? TooDeep : level(depth + 1);
  return Schema.Union([
    Schema.Struct({ all: listOf(inner) }),
    Schema.Struct({ any: listOf(inner) }),
    Schema.Struct({ not: inner }),
    ...leaves,
  ]).annotate({ message: messages.condition });
};

export const Condition = level(1);

/** A leaf seen with the `not` above it. `wanted` is false inside an odd number of them. */
export interface LeafView {
  readonly leaf: Leaf;
  readonly wanted: boolean;
  readonly at: string;
}

/** Conditions of which every one, or else some one, must be met as `wanted` says. */
export interface BranchView {
  readonly of: ReadonlyArray<Condition>;
  readonly every: boolean;
  readonly wanted: boolean;
  readonly at: string;
}

/** A condition with its `not` pushed down to the leaves, so that what looks at it has two cases, not four. */
export type View = LeafView | BranchView;

/** The view of `condition`; `at` is the path of keys passed to get there. */
export const view = (condition: Condition, wanted: boolean, at = ""): View => {
  if ("not" in condition) return view(condition.not, !wanted, `${at}.not`);
  if ("all" in condition) return { of: condition.all, every: wanted, wanted, at: `${at}.all` };
  if ("any" in condition) return { of: condition.any, every: !wanted, wanted, at: `${at}.any` };
  return { leaf: condition, wanted, at };
};

/** Does the condition name groups by anything but a whole name or an id? */
export const isWildcard = (leaf: Leaf): boolean =>
  "groupKind" in leaf || ("groupName" in leaf && !("equals" in leaf.groupName));

/** All leaves of a condition, with whether they are wanted. */
export const leavesOf = (condition: Condition, wanted = true): ReadonlyArray<LeafView> => {
  const seen = view(condition, wanted);
  return "leaf" in seen ? [seen] : seen.of.flatMap((each) => leavesOf(each, seen.wanted));
};

const namesGroup = ({ leaf, wanted }: LeafView): boolean =>
  wanted &&
  ("group" in leaf || "externalGroup" in leaf || ("groupName" in leaf && "equals" in leaf.groupName));

const needsNamedGroup = (condition: Condition, wanted = true): boolean => {
  const seen = view(condition, wanted);
  if ("leaf" in seen) return namesGroup(seen);
  const needs = (each: Condition) => needsNamedGroup(each, seen.wanted);
  return seen.every ? seen.of.some(needs) : seen.of.every(needs);
};

/**
 * May people meet it whom nobody chose for it? So it is where a part of it is met by groups of many names, and where it
 * can be met without being in a group that it names by id or by its whole name.
 */
export const isWide = (condition: Condition): boolean =>
  leavesOf(condition).some(({ leaf }) => isWildcard(leaf)) || !needsNamedGroup(condition);

/** All leaves of a condition as they stand. */
export const leavesIn = (condition: Condition): ReadonlyArray<Leaf> =>
  leavesOf(condition).map(({ leaf }) => leaf);

/** What a leaf looks at, in words without values. */
export const words = (leaf: Leaf, wanted: boolean): string => {
  const prefix = wanted ? "" : "not ";
  if ("attribute" in leaf) return `${prefix}attribute ${leaf.attribute.name}`;
  if ("emailDomain" in leaf) return `${prefix}email domain`;
  return `${prefix}${"connection" in leaf ? "connection" : "group"}`;
};
