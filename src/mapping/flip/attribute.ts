/** Attributes as they would be with another value. */
import type { Json, JsonObject } from "../../domain/index.ts";
import { fold } from "../../domain/index.ts";

const isList = (value: Json | undefined): value is ReadonlyArray<Json> => Array.isArray(value);
const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !isList(value);

const own = (object: JsonObject, key: string): Json | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;

/** By entries: a key may be called `__proto__`. */
const withKey = (object: JsonObject, key: string, value: Json | null): JsonObject => {
  const others = Object.entries(object).filter(([name]) => name !== key);
  return Object.fromEntries(value === null ? others : [...others, [key, value]]);
};

/** With `value` as the only one there; `null`: with none. A list on the way becomes a list of one. */
export const withValue = (
  attributes: JsonObject,
  [key, ...rest]: ReadonlyArray<string>,
  value: Json | null,
): JsonObject => {
  if (key === undefined) return attributes;
  if (rest.length === 0) return withKey(attributes, key, value);
  const before = own(attributes, key);
  if (isList(before)) {
    const kept = before.filter(isObject).map((each) => withValue(each, rest, null));
    return withKey(attributes, key, value === null ? kept : [withValue({}, rest, value)]);
  }
  const inner = isObject(before) ? before : {};
  return value === null && before === undefined
    ? attributes
    : withKey(attributes, key, withValue(inner, rest, value));
};

const addresses = ({ emails }: { readonly emails?: Json }): ReadonlyArray<Json> =>
  isList(emails) ? emails : emails === undefined ? [] : [emails];

const emailsOf = (attributes: JsonObject) => {
  const emails = own(attributes, "emails");
  return addresses(emails === undefined ? {} : { emails });
};

const isAt = (domain: string) => (each: Json) => {
  const value = isObject(each) ? own(each, "value") : undefined;
  return typeof value === "string" && fold(value.slice(value.lastIndexOf("@") + 1)) === fold(domain);
};

export const withAddress = (attributes: JsonObject, domain: string): JsonObject =>
  withKey(attributes, "emails", [...emailsOf(attributes), { value: `someone@${domain}` }]);

export const withoutDomain = (attributes: JsonObject, domain: string): JsonObject =>
  withKey(
    attributes,
    "emails",
    emailsOf(attributes).filter((each) => !isAt(domain)(each)),
  );
