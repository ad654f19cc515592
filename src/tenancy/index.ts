/**
 * Owns who may reach what: organizations and how they come to be, operators, tokens, the master key. Does not
 * own what is in an organization's directory or mapping.
 */
export { bootstrap, type QuickStart } from "./bootstrap.ts";
export { BadMasterKey, loadMasterKey } from "./master-key.ts";
export { createScimToken } from "./scim-token.ts";
export { bearerOf, mintToken, noOrganization, type ParsedToken, parseToken, sameHash } from "./token.ts";
