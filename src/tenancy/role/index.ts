/**
 * Owns the catalogue of roles as operators change it: roles with their permissions, ladders, scopes, and who can do
 * what by it. Does not own who is given a role.
 */
export { type LadderView, removeLadder, setLadder, viewLadders } from "./ladders.ts";
export { changeRole, createRole, deleteRole, type RoleChange } from "./roles.ts";
export { addScope, removeScope } from "./scopes.ts";
