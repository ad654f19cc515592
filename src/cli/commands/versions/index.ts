/** Owns the commands about versions of the mapping: which there are, how they differ, what is wrong with one. */
export { diff } from "./diff.ts";
export { lint } from "./lint.ts";
export { rollback, versions } from "./list.ts";
