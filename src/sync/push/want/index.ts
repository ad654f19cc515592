/**
 * Owns what should be there of an account, how that differs from what is there, and which calls and marks follow. Pure:
 * of the store it knows only the types. Does not own how rows are read, or when anything is called and recorded.
 */
export {
  type Case,
  caseOf,
  fromCopy,
  intentsAbout,
  isIdle,
  knownId,
  nameKey,
  personIntent,
  personOf,
  writtenOf,
} from "./case.ts";
export type { Rules } from "./desired.ts";
export { difference, goneDifference, type There, thereOf } from "./difference.ts";
export type { Part, Step } from "./part.ts";
