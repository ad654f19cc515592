/**
 * Owns how OAuth clients sign in: the token endpoint, client authentication, what the server says about both. Does
 * not own clients and tokens themselves (tenancy, store) or what a token opens (scim).
 */
export { KeySets, keySetBytes } from "./keys.ts";
export { oauthRoutes } from "./routes.ts";
