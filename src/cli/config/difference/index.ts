/** Owns what must be done to get from what an organization has to what a document says: in words, and as mutations. */
export { type Call, type Change, changeLines, ShownChange, shownChanges } from "./change.ts";
export { changesTo, type Wish } from "./changes.ts";
