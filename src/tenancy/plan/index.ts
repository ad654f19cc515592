/** Owns the commands about plans. What a plan is, and how it is made, is the sync's matter. */
export * from "./plans.ts";
