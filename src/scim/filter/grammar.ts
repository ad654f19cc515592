/**
 * The rules of RFC 7644 §3.4.2.2 (figure 1), one function each. A rule answers `undefined` after it has recorded
 * on the cursor what is wrong. Each looks at one token and never goes back: the time is linear in the text.
 */
import { type CompareOperator, compareOperators, type Filter, type Literal, type PatchPath } from "./ast.ts";
import { advance, type Cursor, expect, isWord, refuse, type Token } from "./cursor.ts";

export const maxDepth = 32;

interface Place {
  readonly depth: number;
  readonly inBrackets: boolean;
}

const top: Place = { depth: 0, inBrackets: false };
const number = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const path = /^[A-Za-z$][\w$:.-]*$/;
const constants = new Map<string, Literal>([
  ["true", true],
  ["false", false],
  ["null", null],
]);

const wordLiteral = (cursor: Cursor, text: string): Literal | undefined => {
  const constant = constants.get(text.toLowerCase());
  if (constant !== undefined) return constant;
  const value = number.test(text) ? Number(text) : Number.NaN;
  // `+ 0` turns -0 into 0.
  if (Number.isFinite(value)) return value + 0;
  return cursor.bareWords ? text : refuse(cursor, "Write a text value in double quotes.");
};

const literal = (cursor: Cursor): Literal | undefined => {
  const { token } = cursor;
  if (token.kind !== "word" && token.kind !== "string") return refuse(cursor, "Expected a value here.");
  const value = token.kind === "string" ? token.value : wordLiteral(cursor, token.text);
  if (value !== undefined) advance(cursor);
  return value;
};

const operatorOf = (token: Token): CompareOperator | "pr" | undefined => {
  const word = token.kind === "word" ? token.text.toLowerCase() : "";
  return word === "pr" ? "pr" : compareOperators.find((operator) => operator === word);
};

const comparison = (cursor: Cursor, name: string, position: number): Filter | undefined => {
  const op = operatorOf(cursor.token);
  if (op === undefined)
    return refuse(cursor, `Expected an operator (${compareOperators.join(", ")}, pr) here.`);
  advance(cursor);
  if (op === "pr") return { _tag: "Present", path: name, position };
  const value = literal(cursor);
  return value === undefined ? undefined : { _tag: "Compare", path: name, op, value, position };
};

const brackets = (cursor: Cursor, { depth, inBrackets }: Place): Filter | undefined => {
  if (inBrackets) return refuse(cursor, "A value filter cannot stand inside another.");
  advance(cursor);
  const filter = disjunction(cursor, { depth: depth + 1, inBrackets: true });
  return filter !== undefined && expect(cursor, "]") ? filter : undefined;
};

/** The `.value` right after a closing bracket; not in the RFC's filters, but Entra sends it (UG). */
const afterBracket = (cursor: Cursor): string | undefined => {
  const { token } = cursor;
  if (token.kind !== "word" || !token.text.startsWith(".")) return undefined;
  advance(cursor);
  return token.text.slice(1);
};

const valuePath = (cursor: Cursor, name: string, position: number, place: Place): Filter | undefined => {
  const filter = brackets(cursor, place);
  if (filter === undefined) return undefined;
  const start = cursor.token.position + 1;
  const sub = afterBracket(cursor);
  if (sub === undefined) return { _tag: "Some", path: name, filter, position };
  // `emails[a].value eq x` asks the same element for both: `emails[a and value eq x]`.
  const right = comparison(cursor, sub, start);
  if (right === undefined) return undefined;
  return { _tag: "Some", path: name, filter: { _tag: "And", left: filter, right }, position };
};

const attributePath = (cursor: Cursor): string | undefined => {
  const { token } = cursor;
  if (token.kind !== "word" || !path.test(token.text))
    return refuse(cursor, "Expected an attribute name here.");
  advance(cursor);
  return token.text;
};

const group = (cursor: Cursor, place: Place): Filter | undefined => {
  if (!expect(cursor, "(")) return undefined;
  const filter = disjunction(cursor, { ...place, depth: place.depth + 1 });
  return filter !== undefined && expect(cursor, ")") ? filter : undefined;
};

const negation = (cursor: Cursor, place: Place): Filter | undefined => {
  advance(cursor);
  const filter = group(cursor, place);
  return filter === undefined ? undefined : { _tag: "Not", filter };
};

const term = (cursor: Cursor, place: Place): Filter | undefined => {
  cursor.steps += 1;
  if (cursor.token.kind === "(") return group(cursor, place);
  if (isWord(cursor, "not")) return negation(cursor, place);
  const { position } = cursor.token;
  const name = attributePath(cursor);
  if (name === undefined) return undefined;
  return cursor.token.kind === "["
    ? valuePath(cursor, name, position, place)
    : comparison(cursor, name, position);
};

const conjunction = (cursor: Cursor, place: Place): Filter | undefined => {
  let left = term(cursor, place);
  while (left !== undefined && isWord(cursor, "and")) {
    advance(cursor);
    const right = term(cursor, place);
    left = right && { _tag: "And", left, right };
  }
  return left;
};

const disjunction = (cursor: Cursor, place: Place): Filter | undefined => {
  if (place.depth > maxDepth) return refuse(cursor, `A filter nests at most ${maxDepth} deep.`);
  let left = conjunction(cursor, place);
  while (left !== undefined && isWord(cursor, "or")) {
    advance(cursor);
    const right = conjunction(cursor, place);
    left = right && { _tag: "Or", left, right };
  }
  return left;
};

const atEnd = <A>(cursor: Cursor, result: A | undefined): A | undefined => {
  if (result === undefined || cursor.token.kind === "end") return result;
  return refuse(cursor, "Nothing more was expected here.");
};

/** FILTER, to the end of the text. */
export const filterRule = (cursor: Cursor): Filter | undefined => atEnd(cursor, disjunction(cursor, top));

/** PATH = attrPath / valuePath [subAttr] (RFC 7644 §3.5.2, figure 7), to the end of the text. */
export const pathRule = (cursor: Cursor): PatchPath | undefined => {
  const name = attributePath(cursor);
  if (name === undefined) return undefined;
  if (cursor.token.kind !== "[") return atEnd(cursor, { path: name });
  const filter = brackets(cursor, top);
  if (filter === undefined) return undefined;
  const sub = afterBracket(cursor);
  return atEnd(cursor, sub === undefined ? { path: name, filter } : { path: name, filter, sub });
};
