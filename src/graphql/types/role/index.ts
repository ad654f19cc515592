/** Owns the types about the catalogue of roles: roles, ladders, scopes, its versions, and who can what by it. */
import "./holders.ts";
import "./ladder.ts";
import "./role.ts";
import "./scope.ts";
import "./version.ts";
