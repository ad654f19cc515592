/**
 * Owns what operators do with the credentials of SCIM clients: tokens, OAuth clients with their secrets and keys, tokens
 * of environments. Does not own how a credential is checked when it is used.
 */
export { endEnvironmentToken, issueEnvironmentToken, visibleEnvironmentTokens } from "./environment-token.ts";
export { type PublicKey, readKeys } from "./jwks.ts";
export { issueScimClient, type NewClient, revokeScimClient, rotateScimClientSecret } from "./scim-client.ts";
export { createScimToken, issueScimToken, issueTestToken, revokeScimToken } from "./scim-token.ts";
