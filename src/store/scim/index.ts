export * from "./recordings.ts";
export * from "./settings.ts";
export * from "./switches.ts";
export * from "./values.ts";
