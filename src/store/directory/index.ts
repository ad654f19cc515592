export * from "./group-views.ts";
export * from "./groups.ts";
export * from "./list.ts";
export * from "./memberships.ts";
export * from "./pulled-groups.ts";
export * from "./pulled-users.ts";
export * from "./state.ts";
export * from "./users.ts";
export { type ObjectKind, type Where, whereSql } from "./where.ts";
