/** Reads what is said about attributes: `user.title == "Engineer"`. */
import { Result } from "effect";
import { flawed } from "./flaw.ts";
import { checked, oneOf, type Read, scalarOf } from "./leaf.ts";
import type { Term } from "./syntax.ts";

const messages = {
  which: "name an attribute, such as user.title or user.name.givenName",
  urn: 'put the schema alone into the brackets and the attribute behind it: user["urn:…:User"].department',
  step: "write one part of the path at a time, such as user.name.givenName, without spaces",
  dates:
    'compare only dates with < and >: timestamp(user.endDate) < now, or > timestamp("2026-03-31T18:00:00Z")',
};

/** The attribute's name in the tree. Only the first step may be a schema's URN. */
const nameOf = (steps: ReadonlyArray<string>, at: number): Read<string> => {
  const [first, ...rest] = steps;
  if (first === undefined) return flawed(at, messages.which);
  const isUrn = first.startsWith("urn:");
  if (isUrn && (rest.length === 0 || !/^urn:\S+$/.test(first))) return flawed(at, messages.urn);
  const path = isUrn ? rest : steps;
  if (path.some((step) => !/^[^\s.:]+$/.test(step))) return flawed(at, messages.step);
  return Result.succeed(`${isUrn ? `${first}:` : ""}${path.join(".")}`);
};

const isUser = (term: Term) => term.kind === "path" && term.root === "user";

/** The attribute that the term names; nothing where it is about something else. */
export const attributeOf = (term: Term): Read<string> | undefined =>
  term.kind === "path" && isUser(term) ? nameOf(term.steps, term.at) : undefined;

const leaf = (name: Read<string>, at: number, test: object): Read =>
  Result.flatMap(name, (known) => checked({ attribute: { name: known, ...test } }, at));

/** `user.title == "…"`, `user.title in […]`. */
export const readAttribute = (name: Read<string>, sign: "==" | "in", right: Term): Read =>
  Result.flatMap(oneOf(sign, right, scalarOf), (values) =>
    leaf(name, right.at, sign === "==" ? { equals: values[0] } : { in: values }),
  );

/** `has(user.title)`, `user.title == null`. */
export const readPresent = (name: Read<string>, at: number, present: boolean): Read =>
  leaf(name, at, { present });

/** What `timestamp(…)` is made of. */
const timestamped = (term: Term): Term | undefined =>
  term.kind === "call" && term.name === "timestamp" && term.target === undefined && term.args.length === 1
    ? term.args[0]
    : undefined;

const momentOf = (term: Term): Read<string> => {
  if (term.kind === "path" && term.root === "now" && term.steps.length === 0) return Result.succeed("now");
  const date = timestamped(term);
  return date?.kind === "literal" && typeof date.value === "string" && date.value !== "now"
    ? Result.succeed(date.value)
    : flawed(term.at, messages.dates);
};

const keys: Readonly<Record<string, "before" | "after">> = { "<": "before", ">": "after" };
const turned: Readonly<Record<string, string>> = { "<": ">", ">": "<" };

/** Is it an attribute's date? */
export const isDated = (term: Term): boolean => {
  const inside = timestamped(term);
  return inside !== undefined && isUser(inside);
};

/** `timestamp(user.endDate) < now`, or the other way round. */
export const readDate = (left: Term, sign: string, right: Term, at: number): Read => {
  if (!isDated(left) && isDated(right)) return readDate(right, turned[sign] ?? sign, left, at);
  const key = keys[sign];
  const inside = timestamped(left);
  const name = inside === undefined ? undefined : attributeOf(inside);
  if (key === undefined || name === undefined) return flawed(at, messages.dates);
  return Result.flatMap(momentOf(right), (moment) => leaf(name, right.at, { [key]: moment }));
};
