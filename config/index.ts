/** Owns the settings: their names, defaults, where they come from. Knows nothing of what they are used for. */
export * from "./load.ts";
export * from "./settings.ts";
