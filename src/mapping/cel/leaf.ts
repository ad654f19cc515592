/** What all leaves of a condition have in common when they are read. */
import { Result, Schema } from "effect";
import { complaints } from "../../domain/index.ts";
import { Condition } from "../condition/index.ts";
import { type Flaw, flawed } from "./flaw.ts";
import type { Term } from "./syntax.ts";

export type Read<A = Condition> = Result.Result<A, Flaw>;

const decode = Schema.decodeUnknownResult(Condition, { errors: "all", onExcessProperty: "error" });

/** The condition, if it is one; whatever is wrong with it is said of `at`. */
export const checked = (condition: unknown, at: number): Read =>
  Result.mapError(decode(condition), ({ issue }) => ({
    at,
    sentence: complaints(issue)[0]?.message ?? "use a condition",
  }));

/** Conditions joined by `all` or `any`: those joined the same way already go into the same list. */
export const joined = (key: "all" | "any", items: ReadonlyArray<Condition>): Condition => {
  const flat = items.flatMap((one): ReadonlyArray<Condition> => {
    if (key === "all") return "all" in one ? one.all : [one];
    return "any" in one ? one.any : [one];
  });
  const [first] = flat;
  if (flat.length === 1 && first !== undefined) return first;
  return key === "all" ? { all: flat } : { any: flat };
};

export type Value = string | number | boolean;

export const scalarOf = (term: Term): Read<Value> =>
  term.kind === "literal" && term.value !== null
    ? Result.succeed(term.value)
    : flawed(
        term.at,
        'compare with a text such as "Engineer", a number up to 9007199254740991, true or false',
      );

export const textOf = (term: Term): Read<string> =>
  term.kind === "literal" && typeof term.value === "string"
    ? Result.succeed(term.value)
    : flawed(term.at, 'compare with a text between quotes, such as "Engineering"');

/** What stands behind `==`, or in the list behind `in`. */
export const oneOf = <A>(
  sign: "==" | "in",
  term: Term,
  read: (item: Term) => Read<A>,
): Read<ReadonlyArray<A>> => {
  if (sign === "==") return Result.map(read(term), (one) => [one]);
  if (term.kind !== "list") return flawed(term.at, 'write a list behind in, such as ["a", "b"]');
  if (term.items.length === 0) return flawed(term.at, "put at least one item into the list");
  return Result.all(term.items.map(read));
};
