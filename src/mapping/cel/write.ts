/** Writes a condition as CEL: each form of the tree has one form here. */
import type { AttributeTest, Condition, GroupLeaf, GroupNameTest } from "../condition/index.ts";
import { joined } from "./leaf.ts";

/** JSON's escapes are CEL's. In single quotes, so that nothing is to be escaped again where the text stands in JSON. */
const quoted = (text: string): string => {
  const inner = JSON.stringify(text).slice(1, -1);
  return `'${inner.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
};

/** Whole numbers without a point are 64 bits wide in CEL: what is more exact than that is written as a double. */
const numeral = (value: number): string => {
  const text = String(value);
  return Number.isSafeInteger(value) || /[.e]/.test(text) ? text : `${text}.0`;
};

const literal = (value: string | number | boolean): string => {
  if (typeof value === "string") return quoted(value);
  return typeof value === "number" ? numeral(value) : String(value);
};

const listed = (values: ReadonlyArray<string | number | boolean>): string =>
  `[${values.map(literal).join(", ")}]`;

// The CEL specification, "Syntax": KEYWORD and RESERVED cannot name a field everywhere.
const reserved = new Set(
  "false in null true as break const continue else for function if import let loop package namespace return var void while".split(
    " ",
  ),
);

const isPlain = (step: string): boolean => /^[_a-zA-Z]\w*$/.test(step) && !reserved.has(step);

const stepText = (step: string): string => (isPlain(step) ? `.${step}` : `[${quoted(step)}]`);

/** The schema's URN, if one stands before the attribute, and the parts of the path. */
const stepsIn = (name: string): ReadonlyArray<string> => {
  const colon = name.lastIndexOf(":");
  const path = name.slice(colon + 1).split(".");
  return colon < 0 ? path : [name.slice(0, colon), ...path];
};

const attributeText = (test: AttributeTest): string => {
  const steps = stepsIn(test.name);
  const path = `user${steps.map(stepText).join("")}`;
  if ("equals" in test) return `${path} == ${literal(test.equals)}`;
  if ("in" in test) return `${path} in ${listed(test.in)}`;
  if ("before" in test) return `timestamp(${path}) < ${momentText(test.before)}`;
  if ("after" in test) return `timestamp(${path}) > ${momentText(test.after)}`;
  if (!test.present) return `${path} == null`;
  // The argument of has must end with a field.
  return isPlain(steps.at(-1) ?? "") ? `has(${path})` : `${path} != null`;
};

const momentText = (moment: string): string => (moment === "now" ? moment : `timestamp(${quoted(moment)})`);

const nameText = (test: GroupNameTest): string => {
  if ("equals" in test) return `g.name == ${quoted(test.equals)}`;
  return "prefix" in test ? `g.name.startsWith(${quoted(test.prefix)})` : `g.name.glob(${quoted(test.glob)})`;
};

const connectionText = (slug: string): string => `g.connection == ${quoted(slug)}`;
const kindText = (kind: string): string => `g.kind == ${quoted(kind)}`;

const groupAsks = (leaf: GroupLeaf): ReadonlyArray<string> => {
  if ("group" in leaf) return [`g.id == ${quoted(leaf.group)}`];
  if ("groupKind" in leaf) return [kindText(leaf.groupKind)];
  if ("externalGroup" in leaf) {
    const { id, connection } = leaf.externalGroup;
    return [`g.externalId == ${quoted(id)}`, connectionText(connection)];
  }
  const { connection, kind } = leaf.groupName;
  return [
    nameText(leaf.groupName),
    ...(connection === undefined ? [] : [connectionText(connection)]),
    ...(kind === undefined ? [] : [kindText(kind)]),
  ];
};

/** The same condition without lists of one, lists in lists of their kind, and `not` before `not`: CEL lacks them. */
const plain = (condition: Condition): Condition => {
  if ("all" in condition) return joined("all", condition.all.map(plain));
  if ("any" in condition) return joined("any", condition.any.map(plain));
  if (!("not" in condition)) return condition;
  const inner = plain(condition.not);
  return "not" in inner ? inner.not : { not: inner };
};

const bracketed = (condition: Condition): string =>
  "all" in condition || "any" in condition ? `(${text(condition)})` : text(condition);

/** What may stand behind a `!` as it is. */
const isOneTerm = (written: string): boolean => /^(?:has|groups\.exists)\(/.test(written);

const notText = (inner: Condition): string => {
  const written = text(inner);
  if (
    "emailDomain" in inner ||
    "connection" in inner ||
    ("attribute" in inner && "equals" in inner.attribute)
  ) {
    return written.replace(" == ", " != ");
  }
  return !("all" in inner || "any" in inner) && isOneTerm(written) ? `!${written}` : `!(${written})`;
};

const text = (condition: Condition): string => {
  if ("all" in condition) return condition.all.map(bracketed).join(" && ");
  if ("any" in condition) return condition.any.map(bracketed).join(" || ");
  if ("not" in condition) return notText(condition.not);
  if ("attribute" in condition) return attributeText(condition.attribute);
  if ("emailDomain" in condition) return `emailDomain == ${quoted(condition.emailDomain)}`;
  if ("connection" in condition) return `connection == ${quoted(condition.connection)}`;
  return `groups.exists(g, ${groupAsks(condition).join(" && ")})`;
};

/** The condition as CEL. Long conditions give texts longer than `fromCel` reads. */
export const toCel = (condition: Condition): string => text(plain(condition));
