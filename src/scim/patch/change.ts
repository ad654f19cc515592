/** What an operation makes of one attribute's value. `undefined` is unassigned, before and after. */
import { Result } from "effect";
import { InvalidValue } from "../../domain/index.ts";
import {
  type Attribute,
  find,
  isList,
  isObject,
  type Json,
  type JsonObject,
  maxValues,
  normaliseValue,
} from "../schema/index.ts";
import { difference, union } from "./elements.ts";
import { listOf, objectOf, orUnassigned, own, put } from "./object.ts";
import type { PatchFailure } from "./operation.ts";

export type Changed<A = Json | undefined> = Result.Result<A, PatchFailure>;
export type Setting = "add" | "replace";

const invalid = (detail: string) => Result.fail(new InvalidValue({ detail }));

/**
 * `add` or `replace` of an object's attributes. Both keep what `value` does not name (RFC 7644 §3.5.2.1, §3.5.2.3).
 * Unknown and readOnly names are ignored, as in a resource that is created.
 */
export const merge = (
  op: Setting,
  rows: readonly Attribute[],
  current: JsonObject,
  value: unknown,
): Changed<JsonObject> => {
  if (!isObject(value)) return invalid("A complex value must be an object.");
  let merged = current;
  for (const [key, sent] of Object.entries(value)) {
    const row = find(rows, key);
    if (row === undefined || row.mutability === "readOnly") continue;
    const changed = set(op, row, own(merged, row.name), sent);
    if (Result.isFailure(changed)) return Result.fail(changed.failure);
    merged = put(merged, row.name, changed.success);
  }
  return Result.succeed(merged);
};

const setList = (op: Setting, row: Attribute, current: Json | undefined, value: unknown): Changed => {
  const checked = normaliseValue(row, value, "client");
  if (Result.isFailure(checked)) return checked;
  const values = listOf(checked.success);
  const list = op === "add" ? union(listOf(current), values) : values;
  // Here and not only at the end: otherwise a thousand operations could each copy a list without bound.
  return list.length > maxValues && !row.unbounded
    ? invalid(`"${row.name}" has more than ${maxValues} values.`)
    : Result.succeed(orUnassigned(list));
};

/** `add` or `replace` of a value. Null unassigns on `replace` (RFC 7643 §2.5) and adds nothing on `add`. */
export const set = (op: Setting, row: Attribute, current: Json | undefined, value: unknown): Changed => {
  if (value === null) return Result.succeed(op === "add" ? current : undefined);
  if (row.multiValued) return setList(op, row, current, value);
  if (row.type === "complex") {
    return Result.map(merge(op, row.subAttributes ?? [], objectOf(current), value), orUnassigned);
  }
  const checked = normaliseValue(row, value, "client");
  return row.mutability === "writeOnly" ? Result.map(checked, () => undefined) : checked;
};

/**
 * `remove`. A list of values removes these and never more: to ignore it would empty the attribute
 * (Entra sends `Remove members value:[…]`, UG; AzureAD/SCIMReferenceCode#10). Absent values are no error.
 */
export const remove = (row: Attribute, current: Json | undefined, value: unknown): Changed => {
  if (!row.multiValued || value === undefined || value === null) return Result.succeed(undefined);
  if (!isList(value)) return invalid(`List the values of "${row.name}" to remove in an array.`);
  const checked = normaliseValue(row, value, "client");
  if (Result.isFailure(checked)) return checked;
  const items = listOf(checked.success);
  return items.length === 0 || items.length !== value.length
    ? invalid(`The values of "${row.name}" to remove are empty or unreadable.`)
    : Result.succeed(orUnassigned(difference(listOf(current), items)));
};
