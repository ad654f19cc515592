/**
 * Owns SCIM filters and PATCH paths: reading, printing, looking up in the schema table, running in memory.
 * Does not own SQL (the store compiles `ResolvedFilter`) or vendors' departures from the grammar (`dialect`).
 */
export type { CompareOperator, Filter, Literal, PatchPath } from "./ast.ts";
export { evaluate, predicate } from "./evaluate.ts";
export { type FilterOptions, type ParsedFilter, parseFilter, parsePath, stepsPerCharacter } from "./parse.ts";
export { printFilter, printPath } from "./print.ts";
export { type ResolvedFilter, resolveElement, resolveFilter } from "./resolve.ts";
