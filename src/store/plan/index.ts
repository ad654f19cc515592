/** Plans: changes that are not applied yet. */
export * from "./guard.ts";
export * from "./items.ts";
export * from "./plans.ts";
export * from "./proof.ts";
export * from "./work.ts";
