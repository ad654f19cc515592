/** Owns how the reading of connections looks in words: states, times, runs, and what to do when it fails. */
export { durationText, every, everyText, followEvery, followText, secondsOf } from "./every.ts";
export { remedyText } from "./remedy.ts";
export { aboutText, runFacts, runLines, stepText, tookText } from "./run.ts";
export { isTroubled, stateText } from "./state.ts";
