/** A filter as it was written (RFC 7644 §3.4.2.2); names are not looked up yet. */
export const compareOperators = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"] as const;

export type CompareOperator = (typeof compareOperators)[number];

export type Literal = string | number | boolean | null;

/** `position` is where the path starts, counted in characters from 0, for messages. */
export type Filter =
  | {
      readonly _tag: "Compare";
      readonly path: string;
      readonly op: CompareOperator;
      readonly value: Literal;
      readonly position: number;
    }
  | { readonly _tag: "Present"; readonly path: string; readonly position: number }
  | { readonly _tag: "And" | "Or"; readonly left: Filter; readonly right: Filter }
  | { readonly _tag: "Not"; readonly filter: Filter }
  /** A value path `path[filter]`: one element satisfies all of `filter`, whose paths are relative to it. */
  | { readonly _tag: "Some"; readonly path: string; readonly filter: Filter; readonly position: number };

/** A PATCH path as it was written: `path`, `path[filter]` or `path[filter].sub` (RFC 7644 §3.5.2). */
export interface PatchPath {
  readonly path: string;
  readonly filter?: Filter;
  readonly sub?: string;
}
