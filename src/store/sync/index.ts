export * from "./follow.ts";
export * from "./overview.ts";
export * from "./runs.ts";
export * from "./state.ts";
