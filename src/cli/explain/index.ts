/** What explains a person's roles, and words for why one is absent. */
export { findExplanations } from "./explanations.ts";
export { whatIfLines, withWhatIf } from "./what-if.ts";
export { nearMissesInWords } from "./why-not.ts";
