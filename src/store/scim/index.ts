export * from "./recordings.ts";
export * from "./settings.ts";
export * from "./values.ts";
