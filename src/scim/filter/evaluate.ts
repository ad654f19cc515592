/** Runs a filter on one resource in memory: what PATCH selects by, and what the store's SQL is tested against. */
import {
  fold,
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
  type ResolvedPath,
} from "../schema/index.ts";
import type { CompareOperator } from "./ast.ts";
import type { ResolvedFilter } from "./resolve.ts";

type Comparison = Extract<ResolvedFilter, { readonly _tag: "Compare" }>;
type Simple = Comparison["value"];

const valuesOf = (value: Json | undefined): readonly Json[] => {
  if (value === undefined || value === null) return [];
  return isJsonList(value) ? value : [value];
};

const step = (values: readonly Json[], key: string): readonly Json[] =>
  values.flatMap((value) => (isJsonObject(value) && Object.hasOwn(value, key) ? valuesOf(value[key]) : []));

const valuesAt = (object: JsonObject, path: ResolvedPath): readonly Json[] =>
  path.keys.reduce<readonly Json[]>(step, [object]);

const hasContent = (value: Json): boolean => {
  if (isJsonList(value)) return value.some(hasContent);
  return isJsonObject(value) ? Object.values(value).some(hasContent) : value !== null && value !== "";
};

/** By code point, as PostgreSQL's collation "C" does; UTF-16 units would order astral characters differently. */
const orderOfText = (left: string, right: string): number => {
  const others = right[Symbol.iterator]();
  for (const char of left) {
    const other = others.next();
    if (other.done) return 1;
    if (char !== other.value) return (char.codePointAt(0) ?? 0) - (other.value.codePointAt(0) ?? 0);
  }
  return others.next().done ? 0 : -1;
};

const orderOf = (left: Simple, right: Simple): number =>
  typeof left === "string" && typeof right === "string"
    ? orderOfText(left, right)
    : Math.sign(Number(left) - Number(right));

const tests: Readonly<Record<CompareOperator, (left: Simple, right: Simple) => boolean>> = {
  eq: (left, right) => left === right,
  ne: (left, right) => left !== right,
  co: (left, right) => String(left).includes(String(right)),
  sw: (left, right) => String(left).startsWith(String(right)),
  ew: (left, right) => String(left).endsWith(String(right)),
  gt: (left, right) => orderOf(left, right) > 0,
  ge: (left, right) => orderOf(left, right) >= 0,
  lt: (left, right) => orderOf(left, right) < 0,
  le: (left, right) => orderOf(left, right) <= 0,
};

const keyOf = ({ type, caseExact }: ResolvedPath, value: Simple): Simple => {
  if (typeof value !== "string") return value;
  if (type === "dateTime") return Date.parse(value);
  return caseExact ? value : fold(value);
};

const isSimple = (value: Json): value is Simple => value !== null && typeof value !== "object";

const compares = ({ path, op, value }: Comparison, object: JsonObject): boolean => {
  const values = valuesAt(object, path).filter(isSimple);
  if (values.length === 0) return op === "ne";
  const wanted = keyOf(path, value);
  return values.some((each) => tests[op](keyOf(path, each), wanted));
};

/** Whether the resource (or, for a value filter, the element) satisfies the filter; see `ResolvedFilter`. */
export const evaluate = (filter: ResolvedFilter, object: JsonObject): boolean => {
  switch (filter._tag) {
    case "Compare":
      return compares(filter, object);
    case "Present":
      return valuesAt(object, filter.path).some(hasContent);
    case "And":
      return evaluate(filter.left, object) && evaluate(filter.right, object);
    case "Or":
      return evaluate(filter.left, object) || evaluate(filter.right, object);
    case "Not":
      return !evaluate(filter.filter, object);
    case "Some":
      return valuesAt(object, filter.path).some(
        (each) => isJsonObject(each) && evaluate(filter.filter, each),
      );
  }
};
