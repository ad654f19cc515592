/**
 * Prepares a mapping so that evaluating a person costs what their facts cost, not what the table costs. Owns the
 * compiled form, the index, and finding which tests a person meets. It does not decide what follows from them.
 */
export * from "./catalogue.ts";
export { compile, defaultId } from "./compile.ts";
export { observe } from "./observe.ts";
export type { Observed } from "./observed.ts";
export type { Index } from "./tables.ts";
export * from "./types.ts";
