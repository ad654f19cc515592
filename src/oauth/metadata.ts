/** What the authorization server says about itself (RFC 8414). */
export const tokenPath = "/oauth/token";
export const metadataPath = "/.well-known/oauth-authorization-server";

export const metadata = (publicUrl: string) => ({
  issuer: publicUrl,
  token_endpoint: `${publicUrl}${tokenPath}`,
  token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
  grant_types_supported: ["client_credentials"],
  scopes_supported: ["scim"],
  // Required, though nobody is sent to a page here; clients that insist on it accept an empty list.
  response_types_supported: [],
});
