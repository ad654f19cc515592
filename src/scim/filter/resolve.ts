/** Looks a filter's names up in the schema table. */
import { Result } from "effect";
import { InvalidFilter } from "../../domain/index.ts";
import {
  type Attribute,
  childPath,
  isComputed,
  isDateTime,
  type ResolvedPath,
  type ResourceType,
  resolvePath,
  resolveWithin,
} from "../schema/index.ts";
import type { CompareOperator, Filter, Literal } from "./ast.ts";

/**
 * A filter that fits the schema; what the store compiles and `evaluate` runs.
 *
 * - `Compare` holds when any value at `path` compares with `value`, except that `ne` also holds where there is no
 *   value. Where `path.caseExact` is false, both sides are folded (`fold`). `dateTime` compares as moments, other
 *   text by code point. `value` is a string (string, reference, binary, dateTime), a number or a boolean.
 *   `path` always ends at a simple attribute.
 * - `Present` holds when there is a value at `path` that is not an empty text; `path` may end at a complex attribute.
 * - `Some` holds when one element of the multi-valued complex `path` satisfies `filter`, whose paths are relative
 *   to the element. No `Some` stands inside another.
 */
export type ResolvedFilter =
  | {
      readonly _tag: "Compare";
      readonly path: ResolvedPath;
      readonly op: CompareOperator;
      readonly value: string | number | boolean;
    }
  | { readonly _tag: "Present"; readonly path: ResolvedPath }
  | { readonly _tag: "And" | "Or"; readonly left: ResolvedFilter; readonly right: ResolvedFilter }
  | { readonly _tag: "Not"; readonly filter: ResolvedFilter }
  | { readonly _tag: "Some"; readonly path: ResolvedPath; readonly filter: ResolvedFilter };

type Resolved = Result.Result<ResolvedFilter, InvalidFilter>;
type LookUp = (path: string) => ResolvedPath | undefined;
type Leaf<Tag> = Extract<Filter, { readonly _tag: Tag }>;

const refuse = (detail: string, position: number) => Result.fail(new InvalidFilter({ detail, position }));

const textOnly = new Set<CompareOperator>(["co", "sw", "ew"]);
const ordering = new Set<CompareOperator>(["gt", "ge", "lt", "le"]);

const mayUse = (op: CompareOperator, { type }: ResolvedPath): boolean => {
  if (textOnly.has(op)) return type === "string" || type === "reference" || type === "binary";
  // RFC 7644 §3.4.2.2, table 3: ordering fails for Boolean and Binary.
  return !ordering.has(op) || (type !== "boolean" && type !== "binary");
};

/** Entra writes booleans as text: `roles[primary eq "True"]` (AT). */
const booleanOf = (value: Literal): boolean | undefined => {
  if (typeof value === "boolean") return value;
  const word = typeof value === "string" ? value.toLowerCase() : "";
  return word === "true" ? true : word === "false" ? false : undefined;
};

const literalFor = ({ type }: ResolvedPath, value: Literal): string | number | boolean | undefined => {
  if (type === "boolean") return booleanOf(value);
  if (type === "decimal" || type === "integer") return typeof value === "number" ? value : undefined;
  if (typeof value !== "string") return undefined;
  return type === "dateTime" && !isDateTime(value) ? undefined : value;
};

/** A complex attribute stands for its `value` in a comparison (`emails eq "…"`, Entra's `manager eq "…"`). */
const comparable = (path: ResolvedPath): ResolvedPath | undefined =>
  path.type === "complex" ? childPath(path, "value") : path;

/** `eq null` asks for no value, `ne null` for any (RFC 7643 §2.5: null is unassigned). */
const nullComparison = (op: CompareOperator, path: ResolvedPath): ResolvedFilter | undefined => {
  const present: ResolvedFilter = { _tag: "Present", path };
  if (op === "ne") return present;
  return op === "eq" ? { _tag: "Not", filter: present } : undefined;
};

const compare = (leaf: Leaf<"Compare">, found: ResolvedPath): Resolved => {
  const { op, value, position } = leaf;
  if (value === null) {
    const asked = nullComparison(op, found);
    return asked ? Result.succeed(asked) : refuse(`"${op}" cannot compare with null.`, position);
  }
  const path = comparable(found);
  if (path === undefined) return refuse(`Name a sub-attribute of "${leaf.path}" to compare.`, position);
  if (!mayUse(op, path)) return refuse(`"${op}" does not apply to ${path.type} "${leaf.path}".`, position);
  const fitted = literalFor(path, value);
  if (fitted === undefined) return refuse(`"${leaf.path}" compares with a ${path.type}.`, position);
  return Result.succeed({ _tag: "Compare", path, op, value: fitted });
};

const some = (leaf: Leaf<"Some">, path: ResolvedPath): Resolved => {
  if (!path.attribute.multiValued || path.type !== "complex") {
    return refuse(`"${leaf.path}" has no elements to filter.`, leaf.position);
  }
  const inner = resolveElement(path.attribute, leaf.filter);
  return Result.map(inner, (filter) => ({ _tag: "Some", path, filter }));
};

const named = (lookUp: LookUp, leaf: Leaf<"Compare" | "Present" | "Some">): Resolved => {
  const path = lookUp(leaf.path);
  // A password is not shown, so nobody may search by it either.
  if (path === undefined || path.attribute.returned === "never" || isComputed(path)) {
    return refuse(`There is no attribute "${leaf.path.slice(0, 100)}" to filter by.`, leaf.position);
  }
  if (leaf._tag === "Compare") return compare(leaf, path);
  return leaf._tag === "Some" ? some(leaf, path) : Result.succeed({ _tag: "Present", path });
};

const resolve = (lookUp: LookUp, filter: Filter): Resolved => {
  switch (filter._tag) {
    case "Not":
      return Result.map(resolve(lookUp, filter.filter), (inner) => ({ _tag: "Not", filter: inner }));
    case "And":
    case "Or": {
      const left = resolve(lookUp, filter.left);
      if (Result.isFailure(left)) return left;
      const right = resolve(lookUp, filter.right);
      return Result.map(right, (found) => ({ _tag: filter._tag, left: left.success, right: found }));
    }
    default:
      return named(lookUp, filter);
  }
};

/**
 * The filter with every name found in the schema table. Fails with InvalidFilter for an attribute that is unknown
 * or never returned, an operator that does not apply to its type, or a value of another type (RFC 7644 §3.4.2.2).
 */
export const resolveFilter = (type: ResourceType, filter: Filter): Resolved =>
  resolve((path) => resolvePath(type, path), filter);

/** The same for the part in brackets of a value path: names are sub-attributes of `attribute`. */
export const resolveElement = (attribute: Attribute, filter: Filter): Resolved =>
  resolve((path) => resolveWithin(attribute, path), filter);
