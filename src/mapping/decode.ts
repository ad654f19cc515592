/** Reads a mapping from JSON and says, in the operator's words, what is wrong and in which rule. */
import { Result, Schema } from "effect";
import { type Complaint, complaints, complaintText, InvalidValue, placeIn } from "../domain/index.ts";
import { fromCel, maxTexts } from "./cel/index.ts";
import { Mapping } from "./rule.ts";

const naming = { list: "rules", field: "id", word: "rule", whole: "mapping" };

const decode = Schema.decodeUnknownResult(Mapping, { errors: "all", onExcessProperty: "error" });

const refused = (input: unknown, found: ReadonlyArray<Complaint>) =>
  new InvalidValue({ detail: complaintText(found, placeIn(input, naming)) });

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isWritten = (rule: unknown): rule is { readonly when: string } =>
  isRecord(rule) && Object.hasOwn(rule, "when") && typeof rule["when"] === "string";

const translated = (rule: unknown, index: number): Result.Result<unknown, Complaint> => {
  if (!isWritten(rule)) return Result.succeed(rule);
  return Result.mapBoth(fromCel(rule.when), {
    onSuccess: (when): unknown => ({ ...rule, when }),
    onFailure: ({ position: { line, column }, sentence }) => ({
      path: ["rules", index, "when"],
      message: `line ${line}, column ${column}: ${sentence}`,
    }),
  });
};

const tooMuch = `use at most ${maxTexts} characters of CEL in one mapping, and trees for the other conditions`;

/** The same document with a tree for each condition that is written as CEL, or what is wrong with them. */
const withTrees = (input: unknown): Result.Result<unknown, ReadonlyArray<Complaint>> => {
  const rules = isRecord(input) ? input["rules"] : undefined;
  if (!Array.isArray(rules) || !rules.some(isWritten)) return Result.succeed(input);
  const length = rules.filter(isWritten).reduce((sum, { when }) => sum + when.length, 0);
  if (length > maxTexts) return Result.fail([{ path: ["rules"], message: tooMuch }]);
  const each = rules.map(translated);
  const found = each.filter(Result.isFailure).map(({ failure }) => failure);
  return found.length > 0
    ? Result.fail(found)
    : Result.succeed({ ...(input as object), rules: each.map(Result.getOrUndefined) });
};

/** The mapping in `input`, or everything wrong with it and where that stands. */
export const readMapping = (input: unknown): Result.Result<Mapping, ReadonlyArray<Complaint>> =>
  Result.flatMap(withTrees(input), (document) =>
    Result.mapError(decode(document), ({ issue }) => complaints(issue)),
  );

/**
 * The mapping in `input`, or one line per mistake, each naming its rule and where in it. Unknown keys are refused. A
 * condition may be a text in CEL: the mapping has its tree.
 */
export const decodeMapping = (input: unknown): Result.Result<Mapping, InvalidValue> =>
  Result.mapError(readMapping(input), (found) => refused(input, found));
