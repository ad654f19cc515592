/** Owns plans in words: the picture of one, its accounts, how far it is. Does not own the commands. */

export { itemLines, planLines, planTitle, shiftLines } from "./view.ts";
export { findPlan, finished } from "./watch.ts";
