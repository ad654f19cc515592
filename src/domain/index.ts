/**
 * The words of Rolebridge as types, ids and failures. Owns no I/O and imports only `effect`.
 */
export * from "./assignment.ts";
export * from "./complaint.ts";
export * from "./extension.ts";
export * from "./facts.ts";
export * from "./failure.ts";
export * from "./id.ts";
export * from "./json.ts";
export * from "./login.ts";
export * from "./operator.ts";
export * from "./origin.ts";
export * from "./plan.ts";
export * from "./push.ts";
export * from "./run.ts";
export * from "./text.ts";
