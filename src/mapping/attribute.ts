/** Looks an attribute up by its dotted SCIM path and tests it. Only own properties count. */
import { fold, type Json, type JsonObject } from "../domain/index.ts";
import type { AttributeTest } from "./condition.ts";

// RFC 7643 §3.3: core attributes stand at the root even when named with their schema's URN.
const coreUser = "urn:ietf:params:scim:schemas:core:2.0:User";

const isList = (value: Json): value is ReadonlyArray<Json> => Array.isArray(value);
const isObject = (value: Json): value is JsonObject =>
  typeof value === "object" && value !== null && !isList(value);

const steps = (name: string): ReadonlyArray<string> => {
  const colon = name.startsWith("urn:") ? name.lastIndexOf(":") : -1;
  const schema = name.slice(0, Math.max(colon, 0));
  const path = name.slice(colon + 1).split(".");
  return schema === "" || schema === coreUser ? path : [schema, ...path];
};

const spread = (value: Json): ReadonlyArray<Json> => (isList(value) ? value : [value]);

const valuesUnder = (key: string) => (value: Json) => {
  const found = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return found === undefined ? [] : spread(found);
};

/** All values at `name`; a multi-valued attribute on the way or at the end gives each of its values. */
export const valuesAt = (attributes: JsonObject, name: string): ReadonlyArray<Json> =>
  steps(name).reduce<ReadonlyArray<Json>>((values, key) => values.flatMap(valuesUnder(key)), [attributes]);

const isSame = (value: Json, wanted: string | number | boolean): boolean =>
  typeof value === "string" && typeof wanted === "string" ? fold(value) === fold(wanted) : value === wanted;

// RFC 7644 §3.4.2.2 `pr`: not null, not empty, and of a complex value at least one part.
const isPresent = (value: Json): boolean =>
  isObject(value) ? Object.keys(value).length > 0 : value !== null && value !== "";

/** Does any value of the attribute pass? */
export const passes = (test: AttributeTest, attributes: JsonObject): boolean => {
  const values = valuesAt(attributes, test.name);
  if ("present" in test) return values.some(isPresent) === test.present;
  const wanted = "in" in test ? test.in : [test.equals];
  return values.some((value) => wanted.some((one) => isSame(value, one)));
};
