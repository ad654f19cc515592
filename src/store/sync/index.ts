export * from "./runs.ts";
export * from "./state.ts";
