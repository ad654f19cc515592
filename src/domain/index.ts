/**
 * The words of Rolebridge as types, ids and failures. Owns no I/O and imports only `effect`.
 */
export * from "./failure.ts";
