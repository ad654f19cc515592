/** What one PATCH operation asks, with its path found in the schema table. */
import type {
  InvalidFilter,
  InvalidPath,
  InvalidSyntax,
  InvalidValue,
  NoTarget,
  NotMutable,
} from "../../domain/index.ts";
import type { ResolvedFilter } from "../filter/index.ts";
import type { Attribute } from "../schema/index.ts";

/**
 * Where an operation points. `rows` leads from the resource to an attribute without passing through a list. With
 * `filter` or `sub` that attribute is a list: the elements satisfying `filter` (without one, all) are meant, or
 * their sub-attribute `sub`.
 */
export interface Target {
  readonly rows: readonly Attribute[];
  readonly attribute: Attribute;
  readonly filter?: ResolvedFilter;
  readonly sub?: Attribute;
}

export interface Operation {
  readonly op: "add" | "replace" | "remove";
  /** Absent: the resource itself, never for `remove`. */
  readonly target?: Target;
  /** As it was sent, not yet checked; `undefined` when none was. */
  readonly value: unknown;
}

export type PatchFailure = InvalidSyntax | InvalidFilter | InvalidPath | InvalidValue | NoTarget | NotMutable;
