export * from "./past.ts";
export * from "./tidy.ts";
export * from "./timeline.ts";
