/** Owns the way to a running server: where it is, who asks, GraphQL, what its answers look like. */
export * from "./answers.ts";
export * from "./catalogue.ts";
export * from "./decided.ts";
export * from "./fields.ts";
export { ask } from "./graphql.ts";
export * from "./logins.ts";
export * from "./mapping-answers.ts";
export * from "./past.ts";
export * from "./plans.ts";
export * from "./pushes.ts";
export { type QuickStartFile, quickStartPath, readQuickStart } from "./quick-start.ts";
export { selectionOf, shapeOf } from "./select.ts";
export { findOrganization, findServer, findTarget } from "./target.ts";
export * from "./traces.ts";
