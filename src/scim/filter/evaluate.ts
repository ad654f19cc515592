/** Runs a filter on one resource in memory: what PATCH selects by, and what the store's SQL is tested against. */
import {
  fold,
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
  momentOf,
  type ResolvedPath,
} from "../schema/index.ts";
import type { CompareOperator } from "./ast.ts";
import type { ResolvedFilter } from "./resolve.ts";

type Comparison = Extract<ResolvedFilter, { readonly _tag: "Compare" }>;
type Simple = Comparison["value"];

type Test = (object: JsonObject) => boolean;

const collect = (value: Json | undefined, keys: readonly string[], depth: number, into: Json[]): void => {
  if (value === undefined || value === null) return;
  if (isJsonList(value)) {
    for (const each of value) collect(each, keys, depth, into);
    return;
  }
  const key = keys[depth];
  if (key === undefined) into.push(value);
  else if (isJsonObject(value) && Object.hasOwn(value, key)) collect(value[key], keys, depth + 1, into);
};

/** All values at a path, through every list on the way. */
const valuesAt = (object: JsonObject, { keys }: ResolvedPath): readonly Json[] => {
  const values: Json[] = [];
  collect(object, keys, 0, values);
  return values;
};

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
  if (type === "dateTime") return momentOf(value);
  return caseExact ? value : fold(value);
};

const isSimple = (value: Json): value is Simple => value !== null && typeof value !== "object";

const comparison = ({ path, op, value }: Comparison): Test => {
  const wanted = keyOf(path, value);
  const holds = tests[op];
  return (object) => {
    const values = valuesAt(object, path).filter(isSimple);
    return values.length === 0 ? op === "ne" : values.some((each) => holds(keyOf(path, each), wanted));
  };
};

/** The filter as a function, for running it on many objects. */
export const predicate = (filter: ResolvedFilter): Test => {
  switch (filter._tag) {
    case "Compare":
      return comparison(filter);
    case "Present":
      return (object) => valuesAt(object, filter.path).some(hasContent);
    case "Not": {
      const inner = predicate(filter.filter);
      return (object) => !inner(object);
    }
    case "Some": {
      const inner = predicate(filter.filter);
      return (object) => valuesAt(object, filter.path).some((each) => isJsonObject(each) && inner(each));
    }
    default: {
      const [left, right] = [predicate(filter.left), predicate(filter.right)];
      return filter._tag === "And"
        ? (object) => left(object) && right(object)
        : (object) => left(object) || right(object);
    }
  }
};

/** Whether the resource (or, for a value filter, the element) satisfies the filter; see `ResolvedFilter`. */
export const evaluate = (filter: ResolvedFilter, object: JsonObject): boolean => predicate(filter)(object);
