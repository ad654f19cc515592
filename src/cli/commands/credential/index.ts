/** Owns the commands about what systems that push sign in with: SCIM tokens, of connections and of environments, and OAuth
 * clients. */
export { client } from "./client.ts";
export { environmentToken } from "./environment-token.ts";
export { token } from "./token.ts";
