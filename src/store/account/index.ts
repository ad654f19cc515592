export * from "./accounts.ts";
export * from "./assignments.ts";
export * from "./everyone.ts";
export * from "./facts.ts";
export * from "./holders.ts";
export * from "./links.ts";
export * from "./read.ts";
export * from "./told.ts";
