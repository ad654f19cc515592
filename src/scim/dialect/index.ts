/**
 * Owns every known departure of SCIM clients from the RFC, one named rewrite each, and applies them before the body
 * or filter is read. Does not own the RFC itself (`schema`, `filter`, `patch`), nor which connection is strict.
 */
import type { Dialect } from "./rewrite.ts";
import { rewrites } from "./rewrites.ts";

export { readFilter, readName, rewriteOperations, rewriteResource } from "./apply.ts";
export type { Dialect, Rewrite } from "./rewrite.ts";
export { rewrites } from "./rewrites.ts";

/** Everything clients are known to do. */
export const lenientDialect: Dialect = { name: "lenient", rewrites };

/** The RFC and nothing else. */
export const strictDialect: Dialect = { name: "strict", rewrites: [] };
