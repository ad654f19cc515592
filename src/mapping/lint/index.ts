/**
 * What is most likely wrong with a mapping that can be read. Owns the findings and what is claimed about conditions
 * without facts: which never hold, which include another. It does not own whether a finding keeps a draft back.
 */

export type { Known, KnownConnection, KnownGroup, KnownRole } from "./known.ts";
export { type Finding, lint } from "./lint.ts";
export { isNever } from "./never.ts";
