/** Applies PATCH operations to a resource: all of them or none (RFC 7644 §3.5.2). */
import { Result } from "effect";
import { InvalidFilter } from "../../domain/index.ts";
import type { ResolvedFilter } from "../filter/index.ts";
import {
  type Attribute,
  attributesOf,
  type Json,
  type JsonObject,
  type Resource,
  type ResourceType,
  revalidate,
} from "../schema/index.ts";
import { type Changed, merge, remove, set } from "./change.ts";
import { objectOf, orUnassigned, own, put } from "./object.ts";
import type { Operation, PatchFailure, Target } from "./operation.ts";
import { removeSelected, setSelected } from "./select.ts";

const changeValue = ({ op, value }: Operation, target: Target, current: Json | undefined): Changed => {
  const selected = target.filter !== undefined || target.sub !== undefined;
  if (op === "remove") {
    return selected
      ? Result.succeed(removeSelected(target, current))
      : remove(target.attribute, current, value);
  }
  return selected ? setSelected(op, target, current, value) : set(op, target.attribute, current, value);
};

const changeAt = (
  rows: readonly Attribute[],
  object: JsonObject,
  change: (current: Json | undefined) => Changed,
): Changed<JsonObject> => {
  const [row, ...deeper] = rows;
  if (row === undefined) return Result.succeed(object);
  const current = own(object, row.name);
  const changed =
    deeper.length === 0
      ? change(current)
      : Result.map(changeAt(deeper, objectOf(current), change), orUnassigned);
  return Result.map(changed, (value) => put(object, row.name, value));
};

const applyOne = (type: ResourceType, resource: Resource, operation: Operation): Changed<Resource> => {
  const { op, target, value } = operation;
  if (target !== undefined) {
    return changeAt(target.rows, resource, (current) => changeValue(operation, target, current));
  }
  return op === "remove" ? Result.succeed(resource) : merge(op, attributesOf(type), resource, value);
};

/** Each runs on up to `maxValues` elements: this keeps the work of the worst PATCH under about a second. */
export const maxComparisons = 5_000;

const comparisonsIn = (filter: ResolvedFilter): number => {
  if (filter._tag === "And" || filter._tag === "Or")
    return comparisonsIn(filter.left) + comparisonsIn(filter.right);
  return filter._tag === "Not" ? comparisonsIn(filter.filter) : 1;
};

const isTooMuch = (operations: readonly Operation[]): boolean => {
  const filters = operations.map(({ target }) => target?.filter).filter((filter) => filter !== undefined);
  return filters.reduce((sum, filter) => sum + comparisonsIn(filter), 0) > maxComparisons;
};

/**
 * The resource after all operations, validated again; `resource` itself is never changed. Fails, as a whole, with
 * InvalidValue for a value that does not fit or a resource that would not be valid, with NoTarget for a `replace`
 * whose filter selects nothing, and with InvalidFilter for more than 5,000 comparisons in all filters together.
 */
export const applyPatch = (
  type: ResourceType,
  resource: Resource,
  operations: readonly Operation[],
): Result.Result<Resource, PatchFailure> => {
  if (isTooMuch(operations)) {
    const detail = `The filters of one PATCH hold at most ${maxComparisons} comparisons.`;
    return Result.fail(new InvalidFilter({ detail, position: 0 }));
  }
  let current = resource;
  for (const operation of operations) {
    const next = applyOne(type, current, operation);
    if (Result.isFailure(next)) return next;
    current = next.success;
  }
  return revalidate(type, current);
};
