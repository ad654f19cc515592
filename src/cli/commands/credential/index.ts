/** Owns the commands about what systems that push sign in with: SCIM tokens and OAuth clients. */
export { client } from "./client.ts";
export { token } from "./token.ts";
