/** A body, and every value in it. Structure, order, types, booleans and capitalisation of known words stay. */
import { isJsonList, isJsonObject, type Json, type JsonObject } from "../schema/index.ts";
import { addressOf } from "./address.ts";
import { attributeOf, expressionOf, isUrn, subjectOf } from "./expression.ts";
import type { Pseudonym } from "./pseudonym.ts";
import { isKnownValue } from "./vocabulary.ts";

const counters = /^(totalResults|itemsPerPage|startIndex|count|failOnErrors)$/i;
const secret = /^password$/i;

const jsonIn = (text: string): Json | undefined => {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The pseudonym of a text that is the value of `attribute`. */
export const textOf = (pseudonym: Pseudonym, attribute: string, text: string): string => {
  if (text === "" || isKnownValue(attribute, text)) return text;
  if (secret.test(attribute)) return "********";
  if (/^detail$/i.test(attribute)) return "(not recorded)";
  const inner = jsonIn(text);
  // Entra sends objects of roles as texts.
  if (inner !== undefined) return JSON.stringify(jsonOf(pseudonym, attribute, inner));
  if (/^schemas?$/i.test(attribute) || isUrn(text)) return attributeOf(pseudonym, text);
  if (/^bulkId:/i.test(text)) return `${text.slice(0, 7)}${pseudonym.text(text.slice(7))}`;
  if (/^https?:\/\//i.test(text)) return `https://example.test${requestAddress(pseudonym, pathOf(text))}`;
  return pseudonym.text(text);
};

/** Without the host. */
const pathOf = (url: string): string => url.replace(/^https?:\/\/[^/?#]*/i, "");

const namesOf = (pseudonym: Pseudonym, text: string): string =>
  text
    .split(",")
    .map((name) => name.replace(/[^\s]+/, (one) => attributeOf(pseudonym, one)))
    .join(",");

const special = (pseudonym: Pseudonym, name: string, text: string): string | undefined => {
  const ofValue = (attribute: string, value: string) => textOf(pseudonym, attribute, value);
  if (/^path$/i.test(name) && text.startsWith("/")) return requestAddress(pseudonym, text);
  if (/^(path|filter)$/i.test(name)) return expressionOf(pseudonym, text, ofValue);
  return /^(attributes|excludedAttributes|sortBy)$/i.test(name) ? namesOf(pseudonym, text) : undefined;
};

/** A filter, a path, names: whatever is no plain value, by the name of its key or parameter. */
export const namedText = (pseudonym: Pseudonym, name: string, text: string): string =>
  special(pseudonym, name, text) ?? textOf(pseudonym, name, text);

/** An address, as it was written: `/Users/…?filter=…`. */
export const requestAddress = (pseudonym: Pseudonym, address: string): string =>
  addressOf(pseudonym, address, (name, text) => namedText(pseudonym, name, text));

const keyOf = (pseudonym: Pseudonym, key: string): string =>
  expressionOf(pseudonym, key, (attribute, value) => textOf(pseudonym, attribute, value));

/** What an operation's `value` is the value of: of its path, or of the object's key otherwise. */
const contextOf = (object: JsonObject, key: string, around: string): string => {
  const path = object["path"];
  if (!/^value$/i.test(key)) return subjectOf(key);
  if (typeof path === "string") return subjectOf(path);
  return secret.test(around) ? around : key;
};

const objectOf = (pseudonym: Pseudonym, object: JsonObject, around: string): JsonObject =>
  Object.fromEntries(
    Object.entries(object).map(([key, value]) => [
      keyOf(pseudonym, key),
      jsonOf(pseudonym, contextOf(object, key, around), value),
    ]),
  );

/** The same for any JSON. `attribute`: what it is the value of. */
export const jsonOf = (pseudonym: Pseudonym, attribute: string, value: Json): Json => {
  if (typeof value === "string") return namedText(pseudonym, attribute, value);
  if (typeof value === "number") return counters.test(attribute) ? value : pseudonym.number(value);
  if (isJsonList(value)) return value.map((one) => jsonOf(pseudonym, attribute, one));
  return isJsonObject(value) ? objectOf(pseudonym, value, attribute) : value;
};
