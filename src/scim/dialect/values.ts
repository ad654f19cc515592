/** Values that are not as the RFC has them. */
import { type Attribute, find, isList, isObject, type Unread } from "../schema/index.ts";

export const booleanFromText = (attribute: Attribute, value: unknown): unknown => {
  if (attribute.type !== "boolean" || typeof value !== "string") return value;
  const word = value.toLowerCase();
  return word === "true" ? true : word === "false" ? false : value;
};

/** `[x]` for a single-valued attribute becomes `x`, `[]` null. */
export const unwrapSingle = (attribute: Attribute, value: unknown): unknown => {
  if (attribute.multiValued || !isList(value) || value.length > 1) return value;
  return value[0] ?? null;
};

/** `{…}` for a multi-valued attribute becomes `[{…}]`. */
export const wrapMany = (attribute: Attribute, value: unknown): unknown =>
  attribute.multiValued && isObject(value) ? [value] : value;

/** `"id"` for a single complex attribute with a `value`, such as `manager`, becomes `{"value": "id"}`. */
export const objectFromText = (attribute: Attribute, value: unknown): unknown => {
  const { multiValued, subAttributes } = attribute;
  if (typeof value !== "string" || multiValued || subAttributes === undefined) return value;
  return find(subAttributes, "value") === undefined ? value : { value };
};

const parse = (text: string): unknown => {
  if (!text.startsWith("{") && !text.startsWith("[")) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** Entra's role calls its name `displayName`; the RFC's sub-attribute is `display`. */
const withDisplay = (role: Unread): Unread =>
  typeof role["displayName"] === "string" && role["display"] === undefined
    ? { ...role, display: role["displayName"] }
    : role;

const unpackRole = (role: unknown): unknown => {
  const text = isObject(role) ? role["value"] : role;
  const unpacked = typeof text === "string" ? parse(text) : text;
  if (isObject(unpacked)) return withDisplay(unpacked);
  return isObject(role) ? withDisplay(role) : role;
};

/** Roles as JSON in a string, alone, in an array, or as an element's `value`. */
export const rolesFromText = (attribute: Attribute, value: unknown): unknown => {
  if (attribute.name !== "roles" || !attribute.multiValued) return value;
  const roles = typeof value === "string" ? parse(value) : value;
  return isList(roles) ? roles.map(unpackRole) : unpackRole(roles);
};
