/**
 * Owns how strictly a client is listened to: every known departure from the RFC, one named rewrite each, and what the
 * strict mode refuses besides, one named rule each. Reads bodies and filters accordingly. Does not own the RFC itself
 * (`schema`, `filter`, `patch`), nor which connection is strict.
 */
import type { Dialect } from "./rewrite.ts";
import { rewrites, strictRewrites } from "./rewrites.ts";
import { rules } from "./rules.ts";

export { readFilter, readName, rewriteOperations, rewriteResource } from "./apply.ts";
export { readPatch, readResource } from "./read.ts";
export type { Dialect, Rewrite } from "./rewrite.ts";
export { rewrites, strictRewrites } from "./rewrites.ts";
export { rules } from "./rules.ts";
export { shaped } from "./shape.ts";

/** Everything clients are known to do. */
export const lenientDialect: Dialect = { name: "lenient", rewrites, rules: [], hidden: [], announced: {} };

/** The RFC as the interoperability profile narrows it, and nothing else. IPSIE AL2 allows no `password`. */
export const strictDialect: Dialect = {
  name: "strict",
  rewrites: strictRewrites,
  rules,
  hidden: ["password"],
  announced: { interopProfileConformant: true },
};
