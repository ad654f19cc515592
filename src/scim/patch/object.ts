/** Changed copies of JSON objects; nothing here changes its argument. */
import { isJsonList, isJsonObject, type Json, type JsonObject } from "../schema/index.ts";

export const own = (object: JsonObject, key: string): Json | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;

/** The object with `key` set, or without it for `undefined`. `key` must be a canonical name. */
export const put = (object: JsonObject, key: string, value: Json | undefined): JsonObject => {
  if (value !== undefined) return { ...object, [key]: value };
  const { [key]: _, ...others } = object;
  return others;
};

/** Unassigned (`undefined`) when nothing is left (RFC 7643 §2.5). */
export const orUnassigned = (value: JsonObject | readonly Json[]): Json | undefined =>
  Object.keys(value).length === 0 ? undefined : value;

export const objectOf = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});

export const listOf = (value: Json | undefined): readonly Json[] => (isJsonList(value) ? value : []);

/** A text that is equal for structurally equal values. */
export const keyOf = (value: Json): string => {
  if (isJsonList(value)) return `[${value.map(keyOf).join()}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const fields = Object.entries(value).map(([key, field]) => `${JSON.stringify(key)}:${keyOf(field)}`);
  return `{${fields.toSorted().join()}}`;
};
