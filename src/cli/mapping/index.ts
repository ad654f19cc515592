/** Owns how versions of the mapping look in words: their rules, and what is likely wrong with them. */
export { findingLines } from "./findings.ts";
export { documentLines, versionLines } from "./version.ts";
