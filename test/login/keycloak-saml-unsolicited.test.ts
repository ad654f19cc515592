/** Logins that a real Keycloak begins: taken where the connection says for which application, and never twice. */
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { makeRealm, type TestRealm } from "../connectors/keycloak/realm.ts";
import { asker } from "../rest/support.ts";
import { keycloakAnswers } from "../support/keycloak.ts";
import { startServer } from "../support/server.ts";
import { newBrowser } from "./browser.ts";
import { addClient, certificateOf, clientAttributes, hidden } from "./saml.ts";
import { addApplication, addPerson, entrance, password, returnTo } from "./setting.ts";

const keycloak = inject("keycloak");
const missing = "missing" in keycloak;
const mostRefused = 12;
const server = await startServer(
  missing ? {} : { ROLEBRIDGE_ALLOWED_ORIGINS: keycloak.url },
  { _tag: "Memory" },
  { badCredentials: mostRefused },
);
const ask = asker(server);
const callback = `${server.url}/login/acme/sso/callback`;
let realm: TestRealm;
let realmUrl = "";
let secret = "";

beforeAll(async () => {
  if ("missing" in keycloak) return;
  await keycloakAnswers(keycloak);
  realm = await makeRealm(keycloak, 0);
  realmUrl = `${keycloak.url}/realms/${realm.name}`;
  const { id } = await addClient(realm, server);
  const attributes = {
    ...clientAttributes(server),
    saml_idp_initiated_sso_url_name: "rolebridge",
    saml_idp_initiated_sso_relay_state: "https://evil.test/",
  };
  await realm.admin.clients.update({ id }, { attributes });
  const settings = {
    idpEntityId: realmUrl,
    ssoUrl: `${realmUrl}/protocol/saml`,
    certificates: await certificateOf(realmUrl),
    preset: "keycloak",
  };
  await ask(
    `mutation($organization: String!, $settings: [SettingInput!]!) {
      addConnection(organization: $organization, kind: SAML, slug: "sso", settings: $settings) { slug } }`,
    { settings: Object.entries(settings).map(([name, value]) => ({ name, value })) },
  );
  secret = await addApplication(ask);
  await addPerson(realm, "kim", ["/team1"]);
}, 300_000);
afterAll(() => realm?.remove());

const takeThemFor = (application: string) =>
  ask(
    `mutation($organization: String!, $settings: [SettingInput!]) {
      updateConnectionSettings(organization: $organization, connection: "sso", settings: $settings) { slug } }`,
    { settings: [{ name: "idpInitiatedApplication", value: application }] },
  );

/** The page with which Keycloak sends its response; it begins with what is at `address`. */
const atKeycloak = async (address: string) => {
  const browser = newBrowser();
  const page = await browser.submit(await browser.follow(address), { username: "kim", password });
  if (!page.body.includes("SAMLResponse")) throw new Error(`Keycloak did not sign in: ${page.body}`);
  return { browser, page };
};
const begunThere = () => atKeycloak(`${realmUrl}/protocol/saml/clients/rolebridge`);

const bring = (fields: Record<string, string>) =>
  newBrowser().open(callback, { method: "POST", body: new URLSearchParams(fields) });

const logins = async () => {
  const { organization } = await ask(
    `query($organization: String!) { organization(slug: $organization) {
      logins(first: 50) { outcome application checks { name passed detail } } } }`,
  );
  return organization.logins;
};
const latest = async () => (await logins())[0];
const failed = async () => (await latest()).checks.at(-1);

const fetched = (location: string | null) =>
  server.request("/login/exchange", {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    body: JSON.stringify({ code: new URL(location ?? "").searchParams.get("code") }),
  });

describe.skipIf(missing)("a login that a real Keycloak begins", () => {
  it("is refused where the connection names no application for it, and leaves a trace", async () => {
    const { browser, page } = await begunThere();
    const { status, body } = await browser.submit(page, {});
    expect(status).toBe(403);
    expect(body).not.toContain("kim");
    expect(await latest()).toMatchObject({ outcome: "REFUSED", application: null });
    expect(await failed()).toMatchObject({ name: "unsolicited", passed: false });
  }, 60_000);

  it("goes to the application's first address with a code and no state, once, wherever its RelayState points", async () => {
    await takeThemFor("shop");
    const { browser, page } = await begunThere();
    expect(hidden(page.body, "RelayState")).toBe("https://evil.test/");
    const { status, location } = await browser.submit(page, {});
    expect(status).toBe(303);
    expect(location?.startsWith(`${returnTo}?code=`)).toBe(true);
    expect([...new URL(location ?? "").searchParams.keys()]).toEqual(["code"]);
    expect((await latest()).checks[0]).toMatchObject({ name: "unsolicited", passed: true });
    expect(await latest()).toMatchObject({ outcome: "ACCEPTED", application: "shop" });
    expect((await fetched(location)).body).toMatchObject({ userName: "kim" });
    expect((await browser.submit(page, {})).status).toBe(403);
    expect(await failed()).toMatchObject({ name: "once", passed: false });
  }, 60_000);

  it("is never the answer to a login that was begun here, brought without what it was begun with", async () => {
    const { page } = await atKeycloak(entrance(server.url));
    const SAMLResponse = hidden(page.body, "SAMLResponse");
    for (const fields of [
      { SAMLResponse },
      { SAMLResponse, RelayState: "" },
      { SAMLResponse, RelayState: "x" },
    ]) {
      expect((await bring(fields)).status).toBe(403);
      expect(await failed()).toMatchObject({ name: "in-response-to", passed: false });
    }
    const before = (await logins()).length;
    // With it, it is another browser's, and nothing is kept.
    expect((await bring({ SAMLResponse, RelayState: hidden(page.body, "RelayState") })).status).toBe(400);
    expect((await logins()).length).toBe(before);
  }, 60_000);

  it("does not take the place of one that was begun here", async () => {
    const { browser } = await atKeycloak(entrance(server.url));
    const { page } = await begunThere();
    const began = await browser.open(entrance(server.url));
    const RelayState = new URL(began.location ?? "").searchParams.get("RelayState") ?? "";
    const body = new URLSearchParams({ RelayState, SAMLResponse: hidden(page.body, "SAMLResponse") });
    expect((await browser.open(callback, { method: "POST", body })).status).toBe(403);
    expect(await failed()).toMatchObject({ name: "in-response-to", passed: false });
  }, 60_000);

  it("is refused where there is no such application, and the slug must be one", async () => {
    await takeThemFor("gone");
    const { browser, page } = await begunThere();
    expect((await browser.submit(page, {})).status).toBe(403);
    expect(await failed()).toMatchObject({
      name: "unsolicited",
      detail: "There is no application as idpInitiatedApplication names it.",
    });
    await expect(takeThemFor("No Slug")).rejects.toThrow("idpInitiatedApplication");
  }, 60_000);

  it("that is made up leaves no more traces than other refused replies of one address", async () => {
    await takeThemFor("");
    for (let i = 0; i < mostRefused; i += 1) await bring({ SAMLResponse: "eA==" });
    const before = (await logins()).length;
    expect((await bring({ SAMLResponse: "eA==" })).status).toBe(429);
    expect((await logins()).length).toBe(before);
  }, 60_000);
});
