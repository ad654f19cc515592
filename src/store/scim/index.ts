export * from "./settings.ts";
export * from "./values.ts";
