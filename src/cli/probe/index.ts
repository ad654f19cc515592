/**
 * Owns the test of a SCIM connection as its client would make it: the requests of each client, what must come back,
 * and what its administrator sees where something else does. Knows of the server only what every client knows.
 */
export { type ClientName, clientNames } from "./clients.ts";
export { probe } from "./play.ts";
