/** Looks an attribute up by its dotted SCIM path. Only own properties count. */
import { fold, type Json, type JsonObject } from "../../domain/index.ts";

// RFC 7643 §3.3: core attributes stand at the root even when named with their schema's URN.
const coreUser = "urn:ietf:params:scim:schemas:core:2.0:User";

const isList = (value: Json): value is ReadonlyArray<Json> => Array.isArray(value);
const isObject = (value: Json): value is JsonObject =>
  typeof value === "object" && value !== null && !isList(value);

/** The keys that lead to the attribute of this name. */
export const stepsOf = (name: string): ReadonlyArray<string> => {
  const colon = name.startsWith("urn:") ? name.lastIndexOf(":") : -1;
  const schema = name.slice(0, Math.max(colon, 0));
  const path = name.slice(colon + 1).split(".");
  return schema === "" || schema === coreUser ? path : [schema, ...path];
};

const collect = (value: Json, steps: ReadonlyArray<string>, at: number, into: Array<Json>): void => {
  const key = steps[at];
  if (key === undefined) {
    into.push(value);
    return;
  }
  const found = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  if (found === undefined) return;
  if (isList(found)) for (const each of found) collect(each, steps, at + 1, into);
  else collect(found, steps, at + 1, into);
};

/** All values there; a multi-valued attribute on the way or at the end gives each of its values. */
export const valuesAt = (attributes: JsonObject, steps: ReadonlyArray<string>): ReadonlyArray<Json> => {
  const values: Array<Json> = [];
  collect(attributes, steps, 0, values);
  return values;
};

/** Values with the same key are the same value: text by the domain's fold, everything else as it is. */
export const scalarKey = <V extends Json>(value: V): V | string =>
  typeof value === "string" ? fold(value) : value;

// RFC 7644 §3.4.2.2 `pr`: not null, not empty, and of a complex value at least one part.
export const isPresent = (value: Json): boolean =>
  isObject(value) ? Object.keys(value).length > 0 : value !== null && value !== "";

const emails = ["emails", "value"];

/** The folded domains of a person's email addresses. */
export const domainsOf = (attributes: JsonObject): ReadonlyArray<string> =>
  valuesAt(attributes, emails).flatMap((value) => {
    if (typeof value !== "string") return [];
    const at = value.lastIndexOf("@");
    return at < 0 ? [] : [fold(value.slice(at + 1))];
  });
