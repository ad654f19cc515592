/** What operators decided about single people. */
export * from "./decisions.ts";
export * from "./expire.ts";
