/** A realm of a real Keycloak whose signing key is ours too, and a connection and an application that go with it. */
import { generateKeyPairSync } from "node:crypto";
import { type JWTPayload, SignJWT } from "jose";
import { makeRealm, type TestRealm } from "../connectors/keycloak/realm.ts";
import { type Ask, addApplication, asker } from "../rest/support.ts";
import { type KeycloakServer, keycloakAnswers } from "../support/keycloak.ts";
import type { TestServer } from "../support/server.ts";
import { newBrowser } from "./browser.ts";

const pair = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const pem = pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString();

/** The realm signs with this key from now on, and so can a test. */
const giveKey = async ({ admin, name }: TestRealm): Promise<string> => {
  const realm = await admin.realms.findOne({ realm: name });
  await admin.components.create({
    name: "of-the-tests",
    providerId: "rsa",
    providerType: "org.keycloak.keys.KeyProvider",
    parentId: realm?.id ?? "",
    config: {
      privateKey: [pem],
      priority: ["1000"],
      enabled: ["true"],
      active: ["true"],
      algorithm: ["RS256"],
    },
  });
  const { keys = [] } = await admin.realms.getKeys({ realm: name });
  const own = pair.publicKey.export({ type: "spki", format: "der" }).toString("base64");
  return keys.find(({ publicKey }) => publicKey === own)?.kid ?? "";
};

export interface Signing {
  readonly alg?: string;
  readonly typ?: string;
  readonly key?: Parameters<SignJWT["sign"]>[0];
}

/** A connection of the organization acme to `realm`. */
export const addSso = (ask: Ask, issuer: string, slug: string, clientId: string) =>
  ask(
    `mutation($organization: String!, $slug: String!, $settings: [SettingInput!]!) {
      addConnection(organization: $organization, kind: OIDC, slug: $slug, settings: $settings) { slug } }`,
    {
      slug,
      settings: [
        { name: "issuer", value: issuer },
        { name: "clientId", value: clientId },
        { name: "clientSecret", value: "only-for-tests" },
        { name: "preset", value: "keycloak" },
        { name: "absentIsEmpty", value: "true" },
      ],
    },
  );

const clientOf = (server: TestServer, slug: string) => ({
  clientId: `client-${slug}`,
  secret: "only-for-tests",
  enabled: true,
  publicClient: false,
  standardFlowEnabled: true,
  directAccessGrantsEnabled: true,
  redirectUris: [`${server.url}/login/acme/${slug}/callback`],
  attributes: {
    "backchannel.logout.url": `${server.url}/login/acme/${slug}/backchannel-logout`,
    "backchannel.logout.session.required": "true",
  },
  protocolMappers: [
    {
      name: "groups",
      protocol: "openid-connect",
      protocolMapper: "oidc-group-membership-mapper",
      config: { "claim.name": "groups", "full.path": "true", "id.token.claim": "true" },
    },
  ],
});

export const returnTo = "https://shop.acme.test/signed-in";

/** With connections of these names, each with a client of its own. */
export const openSso = async (server: TestServer, keycloak: KeycloakServer, slugs: ReadonlyArray<string>) => {
  await keycloakAnswers(keycloak);
  const ask = asker(server);
  const realm = await makeRealm(keycloak, 0);
  const issuer = `${keycloak.url}/realms/${realm.name}`;
  const kid = await giveKey(realm);
  for (const slug of slugs) {
    await realm.admin.clients.create(clientOf(server, slug));
    await addSso(ask, issuer, slug, `client-${slug}`);
  }
  const secret = await addApplication(ask);
  const post = (path: string, body: object, token = secret) =>
    server.request(path, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  return {
    ask,
    realm,
    issuer,
    secret,
    post,
    /** With the realm's own key, unless told otherwise. */
    sign: async (payload: JWTPayload, { alg = "RS256", typ, key }: Signing = {}) =>
      new SignJWT(payload)
        .setProtectedHeader({ alg, kid, ...(typ === undefined ? {} : { typ }) })
        .sign(key ?? pair.privateKey),
    addPerson: async (username: string, more: object = {}): Promise<string> => {
      const made = await realm.admin.users.create({
        username,
        email: `${username}@acme.test`,
        firstName: username,
        lastName: "Test",
        emailVerified: true,
        enabled: true,
        ...more,
        credentials: [{ type: "password", value: "only-for-tests", temporary: false }],
      });
      return made.id;
    },
    /** Signs in at the connection and gives the code. */
    signIn: async (username: string, slug = slugs[0] ?? ""): Promise<string> => {
      const browser = newBrowser();
      const query = new URLSearchParams({ application: "shop", return_to: returnTo, state: "from-the-shop" });
      const form = await browser.follow(`${server.url}/login/acme/${slug}?${query}`);
      const sent = await browser.submit(form, { username, password: "only-for-tests" });
      const ended = await browser.follow(sent.location ?? "", (url) => url.startsWith(returnTo));
      return new URL(ended.location ?? "").searchParams.get("code") ?? "";
    },
    exchange: (code: string, token = secret) => post("/login/exchange", { code }, token),
  };
};

export type Sso = Awaited<ReturnType<typeof openSso>>;
