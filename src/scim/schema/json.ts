/** JSON as it is stored and sent, and the one guard for reading it from the outside. */
import type { Json, JsonObject } from "../../domain/index.ts";

export type { Json, JsonObject };

/** A user or group in canonical form: every key comes from the schema table, never from a client. */
export type Resource = JsonObject;

export type Unread = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Unread =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

export const isJsonObject = (value: Json | undefined): value is JsonObject => isObject(value);

export const isJsonList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/** The value of an own key, whatever its capitalisation (RFC 7643 §2.1); `undefined` when there is none. */
export const pick = (object: Unread, name: string): unknown => {
  if (Object.hasOwn(object, name)) return object[name];
  const wanted = name.toLowerCase();
  const key = Object.keys(object).find((each) => each.toLowerCase() === wanted);
  return key === undefined ? undefined : object[key];
};
