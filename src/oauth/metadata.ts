/** What the authorization server says about itself (RFC 8414). */
export const tokenPath = "/oauth/token";
export const metadataPath = "/.well-known/oauth-authorization-server";

/** Signatures by keys that only the client has: no shared secret, and never none (RFC 8725 §3.1). */
export const signingAlgorithms = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
] as const;

export const metadata = (publicUrl: string) => ({
  issuer: publicUrl,
  token_endpoint: `${publicUrl}${tokenPath}`,
  token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "private_key_jwt"],
  token_endpoint_auth_signing_alg_values_supported: signingAlgorithms,
  grant_types_supported: ["client_credentials"],
  scopes_supported: ["scim"],
  // Required, though nobody is sent to a page here; clients that insist on it accept an empty list.
  response_types_supported: [],
});
