/**
 * Owns what is remembered of writing outward: what is wanted of each connection, who waits, how they stand there, and
 * the marks of what is ours. Does not own what is written and when (sync/push).
 */
export * from "./copy.ts";
export * from "./intents.ts";
export * from "./pending.ts";
export * from "./push.ts";
export * from "./pushed.ts";
export * from "./standing.ts";
export * from "./view.ts";
