/** A product with a client of its own at a real Keycloak, and what it brings from there. Opened once in each file. */
import { createHash, randomUUID } from "node:crypto";
import type { JWTPayload } from "jose";
import { afterAll, beforeAll, inject } from "vitest";
import { asker, publishMembers } from "../../rest/support.ts";
import { type Answer, startServer } from "../../support/server.ts";
import { newBrowser } from "../browser.ts";
import { openSso, type Sso } from "../sso.ts";

const keycloak = inject("keycloak");
export const missing = "missing" in keycloak;
/** More than the bad replies that a file brings, besides those that are to be too many. */
export const badCredentials = 60;
export const server = await startServer(
  "missing" in keycloak ? {} : { ROLEBRIDGE_ALLOWED_ORIGINS: keycloak.url },
  { _tag: "Memory" },
  { badCredentials },
);
export const ask = asker(server);
export const product = "product-of-its-own";
const productReturn = "https://product.acme.test/signed-in";
const password = "only-for-tests";
export let sso: Sso;

export const change = (slug: string, name: string, value: string) =>
  ask(
    `mutation($organization: String!, $slug: String!, $settings: [SettingInput!]!) {
      updateConnectionSettings(organization: $organization, connection: $slug, settings: $settings) { slug } }`,
    { slug, settings: [{ name, value }] },
  );

beforeAll(async () => {
  if ("missing" in keycloak) return;
  sso = await openSso(server, keycloak, ["sso", "second"]);
  await sso.realm.admin.clients.create({
    clientId: product,
    secret: password,
    enabled: true,
    publicClient: false,
    standardFlowEnabled: true,
    redirectUris: [productReturn],
    protocolMappers: [
      {
        name: "groups",
        protocol: "openid-connect",
        protocolMapper: "oidc-group-membership-mapper",
        config: { "claim.name": "groups", "full.path": "true", "id.token.claim": "true" },
      },
    ],
  });
  await change("sso", "acceptedAudiences", `${product} other-product client-sso`);
  await publishMembers(ask);
}, 300_000);
afterAll(() => sso?.realm.remove());

export const verify = (body: object, slug = "sso", token = sso.secret): Promise<Answer> =>
  sso.post(`/v1/connections/${slug}/logins/verify`, body, token);

interface Tokens {
  readonly id_token: string;
  readonly access_token: string;
}

/** The product's own authorization code flow. */
export const signInAtProduct = async (username: string, nonce: string): Promise<Tokens> => {
  const browser = newBrowser();
  const query = new URLSearchParams({
    client_id: product,
    redirect_uri: productReturn,
    response_type: "code",
    scope: "openid profile email",
    state: "mine",
    nonce,
  });
  const form = await browser.follow(`${sso.issuer}/protocol/openid-connect/auth?${query}`);
  const sent = await browser.submit(form, { username, password });
  const code = new URL(sent.location ?? "").searchParams.get("code") ?? "";
  const response = await fetch(`${sso.issuer}/protocol/openid-connect/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code,
      redirect_uri: productReturn,
      client_id: product,
      client_secret: password,
    }),
  });
  return (await response.json()) as Tokens;
};

export const latest = async () => {
  const { organization } = await ask(
    `query($organization: String!) { organization(slug: $organization) {
      logins(first: 1) { id outcome application account checks { name passed detail } } } }`,
  );
  return organization.logins[0];
};

export const now = () => Math.floor(Date.now() / 1_000);
export const nonce = "of-this-very-login";

export const claims = (sub: string, more: object = {}): JWTPayload => ({
  iss: sso.issuer,
  aud: product,
  azp: product,
  sub,
  iat: now(),
  exp: now() + 300,
  jti: randomUUID(),
  typ: "ID",
  nonce,
  preferred_username: "forged",
  ...more,
});

export const parts = (token: string) => token.split(".");
export const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
export const halfHash = (text: string) =>
  createHash("sha256").update(text).digest().subarray(0, 16).toString("base64url");
