/** What operators decided about single people. */
export * from "./account-changes.ts";
export * from "./decisions.ts";
export * from "./expire.ts";
export * from "./invitations.ts";
