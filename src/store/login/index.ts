export * from "./applications.ts";
export * from "./domains.ts";
export * from "./flows.ts";
export * from "./logins.ts";
export * from "./sessions.ts";
