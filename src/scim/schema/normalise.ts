/** Turns what was sent into canonical form, row by row. Unknown attributes are dropped (RFC 7644 §3.3). */
import { Result } from "effect";
import { InvalidValue } from "../../domain/index.ts";
import { type Attribute, maxValues } from "./attribute.ts";
import { isJsonObject, isList, isObject, type Json, type JsonObject, type Unread } from "./json.ts";
import { indexOf } from "./resource-type.ts";
import { checkSimple } from "./value.ts";

/** Whose object it is: a `client`'s readOnly values are ignored (RFC 7643 §7), the `store`'s are kept. */
export type Origin = "client" | "store";

type Checked<A> = Result.Result<A, InvalidValue>;

const refuse = (detail: string) => Result.fail(new InvalidValue({ detail }));

const isEmpty = (value: Json): boolean => isJsonObject(value) && Object.keys(value).length === 0;

const one = (row: Attribute, value: unknown, at: string, origin: Origin): Checked<Json | undefined> => {
  if (row.type !== "complex") return checkSimple(row, value, at);
  if (!isObject(value)) return refuse(`${at} must be an object.`);
  const object = normaliseObject(row.subAttributes ?? [], value, at, origin);
  return Result.map(object, (fields) => (isEmpty(fields) ? undefined : fields));
};

const isPrimary = (value: Json): boolean => isJsonObject(value) && value["primary"] === true;

const list = (row: Attribute, value: unknown, at: string, origin: Origin): Checked<Json | undefined> => {
  if (!isList(value)) return refuse(`${at} has several values and must be an array.`);
  if (value.length > maxValues && !row.unbounded) return refuse(`${at} has more than ${maxValues} values.`);
  const values: Json[] = [];
  for (const each of value) {
    if (each === null) continue;
    const element = one(row, each, at, origin);
    if (Result.isFailure(element)) return element;
    if (element.success !== undefined) values.push(element.success);
  }
  if (values.filter(isPrimary).length > 1) return refuse(`${at} has more than one primary value.`);
  return Result.succeed(values.length === 0 ? undefined : values);
};

/**
 * The canonical form of one attribute's value. `undefined` means unassigned: null, an empty array, an object
 * without values (RFC 7643 §2.5). Fails with InvalidValue, naming the attribute, for a wrong type or form.
 */
export const normaliseValue = (
  row: Attribute,
  value: unknown,
  origin: Origin,
  at: string = row.name,
): Checked<Json | undefined> => {
  if (value === null || value === undefined) return Result.succeed(undefined);
  return row.multiValued ? list(row, value, at, origin) : one(row, value, at, origin);
};

const isIgnored = (row: Attribute, origin: Origin) => origin === "client" && row.mutability === "readOnly";

/**
 * An object's known attributes under their canonical names. Fails with InvalidValue for a value that does not
 * fit, a missing required attribute, or one attribute sent under two spellings.
 */
export const normaliseObject = (
  rows: readonly Attribute[],
  source: Unread,
  at: string,
  origin: Origin,
): Checked<JsonObject> => {
  const { byName, required } = indexOf(rows);
  const fields: Record<string, Json> = {};
  for (const [key, sent] of Object.entries(source)) {
    const row = byName.get(key.toLowerCase());
    if (row === undefined || isIgnored(row, origin)) continue;
    const name = at === "" ? row.name : `${at}.${row.name}`;
    const value = normaliseValue(row, sent, origin, name);
    if (Result.isFailure(value)) return Result.fail(value.failure);
    if (value.success === undefined || row.mutability === "writeOnly") continue;
    if (Object.hasOwn(fields, row.name)) return refuse(`${name} is given twice.`);
    fields[row.name] = value.success;
  }
  const missing = required.find((row) => !Object.hasOwn(fields, row.name));
  if (missing === undefined) return Result.succeed(fields);
  return refuse(`${at === "" ? missing.name : `${at}.${missing.name}`} is required.`);
};
