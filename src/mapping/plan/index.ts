/** Owns what a plan says: the change of one account, and the counts over all. Does not own how plans are kept or applied. */
export { canonicalChange, changeOf, isNoChange, rolesDigestText } from "./change.ts";
export { Tally } from "./tally.ts";
