/**
 * Looks at a text before it is parsed. The parser goes back over what it has read where brackets are left open, and
 * takes quadratic time for lines and for `?:`; what could stall it, or is never part of a condition, stops here.
 */
import { Result } from "effect";
import { maxDepth } from "../condition/index.ts";
import { type Flaw, flawed } from "./flaw.ts";

/** How long a condition written as CEL may be, in UTF-16 units. */
export const maxText = 4000;

/** How long all such texts of one mapping may be: the worst take 10 microseconds for each unit, at one go. */
export const maxTexts = 100_000;

/** Each level of a condition needs one pair of brackets, a leaf up to two; the rest is for those too careful. */
const maxBrackets = maxDepth + 8;

const quote = `"(?:[^"\\\\\\r\\n]|\\\\.)*"|'(?:[^'\\\\\\r\\n]|\\\\.)*'`;
const tokens = () => new RegExp(`${quote}|\\d+(?:\\.\\d+)?[eE][+-]?\\d+|[A-Za-z_]\\w*|\\/\\/|[^]`, "g");

const refusals: Readonly<Record<string, string>> = {
  "//": "leave comments out, they would not be kept: the rule's description is",
  '"': "end this text with the quote it began with, in the same line",
  "'": "end this text with the quote it began with, in the same line",
  "`": 'write user["…"] for a name with unusual characters, without backticks',
  "?": "use && and || instead of ?:, which a condition cannot hold",
  "{": "leave maps and messages out: a condition compares texts, numbers, true and false",
  ...Object.fromEntries(
    ["+", "*", "/", "%"].map((sign) => [sign, "leave arithmetic out: a condition only compares"]),
  ),
};

const isQuoted = (token: string | undefined): boolean =>
  token !== undefined && token.length > 1 && /^["']/.test(token);

/** A text right behind a word or another text: r"…", b"…" and """…""" are read by other rules than "…". */
const isOddText = (token: string, before: string | undefined): boolean =>
  /^["']/.test(token) && (isQuoted(before) || /^\w/.test(before ?? ""));

/** `.user` is a name outside of every loop in CEL; the parser drops the dot. */
const isLeadingDot = (token: string, last: string | undefined): boolean =>
  token === "." && (last === undefined || last === "in" || /^[([,!=<>&|-]$/.test(last));

const tokenProblem = (token: string, before: string | undefined, depth: number): string | undefined => {
  if (isOddText(token, before)) return 'write texts as "…", with \\" for a quote: no raw texts, no bytes';
  if (Object.hasOwn(refusals, token)) return refusals[token];
  return depth > maxBrackets
    ? `nest at most ${maxBrackets} brackets, and conditions ${maxDepth} deep`
    : undefined;
};

const change = (token: string): number => {
  if (token === "(" || token === "[") return 1;
  return token === ")" || token === "]" ? -1 : 0;
};

/** The text as the parser may have it: in one line, of the same length. */
export const guarded = (text: string): Result.Result<string, Flaw> => {
  if (text.length > maxText) {
    return flawed(maxText, `use at most ${maxText} characters, or write the condition as a tree`);
  }
  let depth = 0;
  let before: string | undefined;
  let last: string | undefined;
  for (const { 0: token, index } of text.matchAll(tokens())) {
    depth += change(token);
    const problem = tokenProblem(token, before, depth);
    if (problem !== undefined) return flawed(index, problem);
    if (isLeadingDot(token, last)) return flawed(index, "put a name or a number before this dot");
    before = token;
    if (token.trim() !== "") last = token;
  }
  return Result.succeed(text.replace(/[\r\n]/g, " "));
};
