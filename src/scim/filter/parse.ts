/** Text to tree. */
import { Result } from "effect";
import { InvalidFilter, InvalidPath } from "../../domain/index.ts";
import type { Filter, PatchPath } from "./ast.ts";
import { type Cursor, openCursor } from "./cursor.ts";
import { filterRule, pathRule } from "./grammar.ts";

export interface FilterOptions {
  /** Reads an unquoted value as text; Entra's documentation shows one (UG). */
  readonly bareWords?: boolean;
}

export interface ParsedFilter {
  readonly filter: Filter;
  /** How many characters and tokens were looked at: at most {@link stepsPerCharacter} for each character. */
  readonly steps: number;
}

/** The bound of the work: steps ≤ stepsPerCharacter × (length + 1), whatever the text. */
export const stepsPerCharacter = 2;

const finish = <A>(cursor: Cursor, result: A | undefined): Result.Result<A, InvalidFilter> => {
  if (result !== undefined && cursor.failure === undefined) return Result.succeed(result);
  const unread = new InvalidFilter({ detail: "The filter cannot be read.", position: cursor.at });
  return Result.fail(cursor.failure ?? unread);
};

/**
 * Reads a filter (RFC 7644 §3.4.2.2) in one pass. Fails with InvalidFilter, naming the position, for bad syntax,
 * more than 2,048 characters or more than 32 levels. Attribute names are checked later, by `resolveFilter`.
 */
export const parseFilter = (
  text: string,
  options: FilterOptions = {},
): Result.Result<ParsedFilter, InvalidFilter> => {
  const cursor = openCursor(text, options.bareWords ?? false);
  const filter = finish(cursor, filterRule(cursor));
  return Result.map(filter, (found) => ({ filter: found, steps: cursor.steps }));
};

/**
 * Reads a PATCH path (RFC 7644 §3.5.2). Fails with InvalidFilter when the part in brackets is at fault (§3.12,
 * table 9), else with InvalidPath.
 */
export const parsePath = (text: string): Result.Result<PatchPath, InvalidFilter | InvalidPath> => {
  const cursor = openCursor(text, false);
  const found = finish(cursor, pathRule(cursor));
  const bracket = text.indexOf("[");
  if (Result.isSuccess(found) || (bracket >= 0 && found.failure.position > bracket)) return found;
  return Result.fail(new InvalidPath({ detail: `"${text.slice(0, 100)}" is not an attribute path.` }));
};
