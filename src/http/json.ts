/**
 * Strict JSON for what strangers send. `JSON.parse` keeps the last of two equal keys and replaces broken UTF-8
 * without a word: two readers of one message could then see two different people.
 */
import { Result } from "effect";
import { InvalidSyntax, jsonComplaint } from "../domain/index.ts";

const refuse = (detail: string) => Result.fail(new InvalidSyntax({ detail }));

const decode = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** `\u0000` and half surrogate pairs are valid JSON, but no text that a database or another system can keep. */
const badEscape = /\\u(?:0000|d[89a-f][0-9a-f]{2})/i;
/** Is there, in any text or key of this value, what no database keeps? */
export const hasBadText = (value: unknown): boolean => {
  if (typeof value === "string") return value.includes("\0") || !value.isWellFormed();
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, inner]) => hasBadText(key) || hasBadText(inner));
};

/** The value in a body, or InvalidSyntax: bad UTF-8, bad JSON, equal keys, NUL, half surrogates, too deep. */
export const parseJson = (bytes: Uint8Array): Result.Result<unknown, InvalidSyntax> => {
  const text = decode(bytes);
  if (text === undefined) return refuse("The body is not valid UTF-8.");
  const value = parse(text);
  if (value === undefined) return refuse("The body is not valid JSON.");
  const complaint = jsonComplaint(text);
  if (complaint !== undefined) return refuse(complaint);
  if (badEscape.test(text) && hasBadText(value))
    return refuse("The body holds a NUL or half a surrogate pair.");
  return Result.succeed(value);
};
