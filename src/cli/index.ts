/**
 * Owns the command line: commands, their help, how results and failures look, exit codes. A client of the GraphQL
 * surface like any other; only serve, migrate and doctor touch the database. Decides nothing about roles.
 */
export { commandLine, teardown } from "./run.ts";
