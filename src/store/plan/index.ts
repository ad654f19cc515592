/** Plans: changes that are not applied yet. */
export * from "./forget.ts";
export * from "./guard.ts";
export * from "./items.ts";
export * from "./losses.ts";
export * from "./plans.ts";
export * from "./proof.ts";
export * from "./work.ts";
