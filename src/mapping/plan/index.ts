/**
 * Owns what a plan says: the change of one account, the counts over all, and how much may be lost unseen. Does not own how plans are kept or applied.
 */
export { canonicalChange, changeOf, isNoChange, rolesDigestText } from "./change.ts";
export { exceeds, type GuardLimits, keeping, neverHeld, usualLimits } from "./guard.ts";
export { Tally } from "./tally.ts";
