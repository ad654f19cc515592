/** SAML logins that are tried out with a real Keycloak: the reply comes as a form, and counts once. */
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { makeRealm, type TestRealm } from "../../connectors/keycloak/realm.ts";
import { asker, publishMembers } from "../../rest/support.ts";
import { keycloakAnswers } from "../../support/keycloak.ts";
import { startServer } from "../../support/server.ts";
import { newBrowser } from "../browser.ts";
import { addClient, certificateOf, hidden } from "../saml.ts";
import { addPerson, password } from "../setting.ts";
import { testedLogin } from "./support.ts";

const keycloak = inject("keycloak");
const missing = "missing" in keycloak;
const server = await startServer(missing ? {} : { ROLEBRIDGE_ALLOWED_ORIGINS: keycloak.url });
const ask = asker(server);
let realm: TestRealm;

beforeAll(async () => {
  if ("missing" in keycloak) return;
  await keycloakAnswers(keycloak);
  realm = await makeRealm(keycloak, 0);
  await addClient(realm, server);
  const issuer = `${keycloak.url}/realms/${realm.name}`;
  const settings = {
    idpEntityId: issuer,
    ssoUrl: `${issuer}/protocol/saml`,
    certificates: await certificateOf(issuer),
    preset: "keycloak",
    emailsAreVerified: "true",
  };
  await ask(
    `mutation($organization: String!, $settings: [SettingInput!]!) {
      addConnection(organization: $organization, kind: SAML, slug: "sso", settings: $settings) { slug } }`,
    { settings: Object.entries(settings).map(([name, value]) => ({ name, value })) },
  );
  await publishMembers(ask);
}, 300_000);
afterAll(() => realm?.remove());

/** As far as the page with which Keycloak sends its response. */
const atReply = async (username: string) => {
  const { testLogin } = await ask(
    'mutation($organization: String!) { testLogin(organization: $organization, connection: "sso") { url } }',
  );
  const browser = newBrowser();
  const form = await browser.follow(testLogin.url);
  return { browser, page: await browser.submit(form, { username, password }) };
};

const accounts = async (): Promise<ReadonlyArray<unknown>> => {
  const { organization } = await ask(
    "query($organization: String!) { organization(slug: $organization) { accounts(first: 10) { items { id } } } }",
  );
  return organization.accounts.items;
};

describe.skipIf(missing)("a test login by SAML with a real Keycloak", () => {
  it("says what would be, leads to no application, and leaves nobody", async () => {
    await addPerson(realm, "ada", ["/team1"]);
    const { browser, page } = await atReply("ada");
    const end = await browser.submit(page, {});
    expect([end.status, end.location]).toEqual([200, null]);
    expect(end.body).toContain("The test is over");
    expect(end.body).not.toContain("ada");
    const login = await testedLogin(ask, end.body);
    expect(login).toMatchObject({ outcome: "TESTED", application: null, account: null, active: null });
    expect(login.tested).toEqual({
      passed: true,
      person: "NEW",
      // Keycloak tells the roles of the realm, too.
      groups: expect.arrayContaining(["/team1", "realm-role:offline_access"]),
      rolesBefore: [],
      rolesAfter: [{ role: "member", scope: null }],
    });
    expect(await accounts()).toEqual([]);
  }, 90_000);

  it("takes a reply once", async () => {
    await addPerson(realm, "bea", []);
    const { browser, page } = await atReply("bea");
    expect((await browser.submit(page, {})).status).toBe(200);
    expect((await browser.submit(page, {})).status).toBe(400);
  }, 90_000);

  it("whose assertion is altered says which check refuses it", async () => {
    await addPerson(realm, "cyd", []);
    const { browser, page } = await atReply("cyd");
    const sent = hidden(page.body, "SAMLResponse");
    const altered = Buffer.from(sent, "base64").toString("utf8").replaceAll(">cyd<", ">eve<");
    const forged = `$1${Buffer.from(altered).toString("base64")}`;
    const body = page.body.replace(/(name="SAMLResponse"[^>]*value=")[^"]*/, forged);
    const end = await browser.submit({ ...page, body }, {});
    const login = await testedLogin(ask, end.body);
    expect(login.tested).toMatchObject({ passed: false, person: null, groups: null });
    expect(login.checks.at(-1)).toMatchObject({ name: "signature", passed: false });
  }, 90_000);
});
