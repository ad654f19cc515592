/**
 * When a rule applies: the closed tree of predicates as operators write it, its patterns, its dates, and how an
 * attribute is read. Owns the form and the meaning of each single predicate; not which rules are looked at, nor what
 * they grant.
 */
export { domainsOf, isPresent, scalarKey, stepsOf, valuesAt } from "./attribute.ts";
export * from "./condition.ts";
export * from "./glob.ts";
export * from "./instant.ts";
export * from "./text.ts";
