/** An organization that people sign in to with a realm of a real Keycloak. */
import { makeRealm, type TestRealm } from "../connectors/keycloak/realm.ts";
import type { Ask } from "../rest/support.ts";
import type { KeycloakServer } from "../support/keycloak.ts";
import type { TestServer } from "../support/server.ts";
import { newBrowser } from "./browser.ts";

export const returnTo = "http://localhost:9/signed-in";
export const password = "only-for-tests";

/** With the mapper that lists groups, as the guide has it. */
export const loginClient = (url: string) => ({
  clientId: "rolebridge-login",
  secret: password,
  enabled: true,
  publicClient: false,
  standardFlowEnabled: true,
  redirectUris: [`${url}/login/acme/sso/callback`],
  protocolMappers: [
    {
      name: "groups",
      protocol: "openid-connect",
      protocolMapper: "oidc-group-membership-mapper",
      config: { "claim.name": "groups", "full.path": "true", "id.token.claim": "true" },
    },
  ],
});

export const addLoginClient = ({ admin }: TestRealm, url: string) => admin.clients.create(loginClient(url));

export const addPerson = async (
  { admin }: TestRealm,
  username: string,
  groups: ReadonlyArray<string>,
  more: object = {},
) => {
  const { id } = await admin.users.create({
    username,
    email: `${username}@acme.test`,
    firstName: username,
    lastName: "Test",
    emailVerified: true,
    enabled: true,
    groups: [...groups],
    ...more,
    credentials: [{ type: "password", value: password, temporary: false }],
  });
  return id;
};

export const addOidc = `mutation($organization: String!, $settings: [SettingInput!]!) {
  addConnection(organization: $organization, kind: OIDC, slug: "sso", settings: $settings) { slug } }`;

export const oidcSettings = (issuer: string, more: Readonly<Record<string, string>> = {}) => ({
  settings: Object.entries({
    issuer,
    clientId: "rolebridge-login",
    clientSecret: password,
    preset: "keycloak",
    absentIsEmpty: "true",
    ...more,
  }).map(([name, value]) => ({ name, value })),
});

/** Makes the application; gives its secret. */
export const addApplication = async (ask: Ask): Promise<string> => {
  const { createApplication } = await ask(
    `mutation($organization: String!, $returnAddresses: [String!]!) {
      createApplication(organization: $organization, slug: "shop", returnAddresses: $returnAddresses) { secret } }`,
    { returnAddresses: [returnTo] },
  );
  return createApplication.secret;
};

export const entrance = (url: string, more: Readonly<Record<string, string>> = {}) =>
  `${url}/login/acme/sso?${new URLSearchParams({ application: "shop", return_to: returnTo, state: "mine-and-random", ...more })}`;

/** Signs in at Keycloak, as far as its reply, which has not been brought yet. */
export const atReply = async (url: string, username: string) => {
  const browser = newBrowser();
  const form = await browser.follow(entrance(url));
  const sent = await browser.submit(form, { username, password });
  if (sent.location === null) throw new Error(`Keycloak did not sign in: ${sent.body.slice(0, 2_000)}`);
  return { browser, reply: sent.location };
};

/** Signs in, and fetches the answer as the application. */
export const signIn = async (server: TestServer, secret: string, username: string) => {
  const { browser, reply } = await atReply(server.url, username);
  const { location, status, body } = await browser.open(reply);
  if (location === null) return { status, page: body, answer: undefined };
  const answer = await server.request("/login/exchange", {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    body: JSON.stringify({ code: new URL(location).searchParams.get("code") }),
  });
  return { status, page: body, answer: answer.body };
};

export const newRealm = (keycloak: KeycloakServer) => makeRealm(keycloak, 0);
