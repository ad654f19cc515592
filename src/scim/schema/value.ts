/** The check of one simple value against its row (RFC 7643 §2.3). */
import { Result } from "effect";
import { InvalidValue } from "../../domain/index.ts";
import { type Attribute, maxText } from "./attribute.ts";
import type { Json } from "./json.ts";
import { hasUnsafeCharacter } from "./unsafe.ts";

const dateTime = /^(?!0000)\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-](0\d|1[0-4]):[0-5]\d)?$/;
const base64 = /^[A-Za-z0-9+/_=\s-]*$/;

/** Whether a text is an xsd:dateTime of the years 1 to 9999 that names a moment that exists (RFC 7643 §2.3.5). */
export const isDateTime = (text: string): boolean =>
  text.length <= 64 && dateTime.test(text) && !Number.isNaN(momentOf(text)) && isDay(text.slice(0, 10));

/** JavaScript reads 30 February as 2 March; PostgreSQL refuses it. */
const isDay = (date: string): boolean => new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);

const zone = /(Z|[+-]\d{2}:\d{2})$/;

/** An xsd:dateTime in milliseconds. Without a zone it is UTC, whatever zone this process runs in. */
export const momentOf = (text: string): number => Date.parse(zone.test(text) ? text : `${text}Z`);

const textProblem = (row: Attribute, value: string): string | undefined => {
  const longest = row.maxLength ?? maxText;
  if (value.length > longest) return `is longer than ${longest} characters`;
  // PostgreSQL stores neither NUL nor half of a surrogate pair.
  if (value.includes("\0") || !value.isWellFormed()) return "holds a character that is not allowed in text";
  if (row.identifies && hasUnsafeCharacter(value)) return "holds a control or bidirectional character";
  if (row.required && value.trim() === "") return "must not be empty";
  if (row.type === "dateTime" && !isDateTime(value))
    return "must be a date and time such as 2026-01-31T10:00:00Z";
  if (row.type === "binary" && !base64.test(value)) return "must be base64";
  return undefined;
};

const problem = (row: Attribute, value: unknown): string | undefined => {
  switch (row.type) {
    case "boolean":
      return typeof value === "boolean" ? undefined : "must be true or false";
    case "decimal":
      return typeof value === "number" && Number.isFinite(value) ? undefined : "must be a number";
    case "integer":
      return Number.isSafeInteger(value) ? undefined : "must be a whole number";
    case "complex":
      return "must be an object";
    default:
      return typeof value === "string" ? textProblem(row, value) : "must be a string";
  }
};

const isSimple = (value: unknown): value is string | number | boolean =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";

/** The value itself when it fits its row; InvalidValue, naming the attribute `at`, when it does not. */
export const checkSimple = (
  row: Attribute,
  value: unknown,
  at: string,
): Result.Result<Json, InvalidValue> => {
  const wrong = problem(row, value);
  if (wrong === undefined && isSimple(value)) return Result.succeed(value);
  return Result.fail(new InvalidValue({ detail: `${at} ${wrong ?? "has the wrong type"}.` }));
};
