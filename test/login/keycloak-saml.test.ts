/** People sign in with a real Keycloak by SAML: before the application sees them, their account and roles are right. */
import { mkdirSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { makeRealm, type TestRealm } from "../connectors/keycloak/realm.ts";
import { asker, publishMembers } from "../rest/support.ts";
import { keycloakAnswers } from "../support/keycloak.ts";
import type { TestServer } from "../support/server.ts";
import { startServer } from "../support/server.ts";
import { newBrowser } from "./browser.ts";
import { addClient, certificateOf, clientFrom, hidden } from "./saml.ts";
import { addApplication, addPerson as addPersonTo, returnTo } from "./setting.ts";

const keycloak = inject("keycloak");
const missing = "missing" in keycloak;
const server: TestServer = await startServer(missing ? {} : { ROLEBRIDGE_ALLOWED_ORIGINS: keycloak.url });
const base = `${server.url}/login/acme/sso`;
let realm: TestRealm;
let secret = "";

const ask = asker(server);

const addPerson = (username: string, groups: ReadonlyArray<string>) => addPersonTo(realm, username, groups);

const addConnection = (slug: string, settings: Record<string, string>, metadata: string | null = null) =>
  ask(
    `mutation($organization: String!, $slug: String!, $settings: [SettingInput!]!, $metadata: String) {
      addConnection(organization: $organization, kind: SAML, slug: $slug, settings: $settings, metadata: $metadata) { slug } }`,
    { slug, metadata, settings: Object.entries(settings).map(([name, value]) => ({ name, value })) },
  );

const keycloakServer = () => ("missing" in keycloak ? { url: "", user: "", password: "" } : keycloak);
const realmUrl = () => `${keycloakServer().url}/realms/${realm.name}`;

let settings: Record<string, string> = {};

beforeAll(async () => {
  if ("missing" in keycloak) return;
  await keycloakAnswers(keycloak);
  realm = await makeRealm(keycloak, 0);
  await addClient(realm, server);
  settings = {
    idpEntityId: `${keycloak.url}/realms/${realm.name}`,
    ssoUrl: `${keycloak.url}/realms/${realm.name}/protocol/saml`,
    certificates: await certificateOf(realmUrl()),
    preset: "keycloak",
    absentIsEmpty: "true",
    emailsAreVerified: "true",
  };
  await addConnection("sso", settings);
  secret = await addApplication(ask);
  await publishMembers(ask);
}, 300_000);
afterAll(() => realm?.remove());

const entrance = (slug = "sso") =>
  `${server.url}/login/acme/${slug}?${new URLSearchParams({ application: "shop", return_to: returnTo, state: "mine-and-random" })}`;

/** Goes as far as the page with which Keycloak sends its response. */
const atKeycloak = async (username: string) => {
  const browser = newBrowser();
  const form = await browser.follow(entrance());
  const page = await browser.submit(form, { username, password: "only-for-tests" });
  if (!page.body.includes("SAMLResponse"))
    throw new Error(`Keycloak did not sign in: ${page.body.slice(0, 2_000)}`);
  return { browser, page };
};

const signIn = async (username: string) => {
  const { browser, page } = await atKeycloak(username);
  return browser.submit(page, {});
};

const fetched = (location: string | null) =>
  server.request("/login/exchange", {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    body: JSON.stringify({ code: new URL(location ?? "").searchParams.get("code") }),
  });

const change = (name: string, value: string) =>
  ask(
    `mutation($organization: String!, $settings: [SettingInput!]!) {
      updateConnectionSettings(organization: $organization, connection: "sso", settings: $settings) { slug } }`,
    { settings: [{ name, value }] },
  );

const latest = async () => {
  const { organization } = await ask(
    `query($organization: String!) { organization(slug: $organization) { logins(first: 1) { outcome checks { name passed detail } } } }`,
  );
  return organization.logins[0];
};

const leave = async (id: string) => {
  const [group] = await realm.admin.groups.find({ search: "team1", exact: true });
  await realm.admin.users.delFromGroup({ id, groupId: group?.id ?? "" });
};

describe.skipIf(missing)("a SAML login with a real Keycloak", () => {
  it("creates the account with its roles, and a group that changed counts in the very next login", async () => {
    const id = await addPerson("ada", ["/team1"]);
    const first = await signIn("ada");
    expect([first.status, (await latest()).checks.at(-1)]).toEqual([303, expect.anything()]);
    expect(new URL(first.location ?? "").searchParams.get("state")).toBe("mine-and-random");
    const answer = await fetched(first.location);
    expect(answer.body).toMatchObject({
      userName: "ada",
      email: "ada@acme.test",
      roles: [{ role: "member", scope: null }],
      organization: { slug: "acme" },
    });
    await leave(id);
    const second = await fetched((await signIn("ada")).location);
    expect(second.body).toMatchObject({ subject: answer.body.subject, roles: [] });
  }, 60_000);

  it("keeps the roles of whom it said nothing about, and says so", async () => {
    const id = await addPerson("bea", ["/team1"]);
    await signIn("bea");
    await leave(id);
    await change("absentIsEmpty", "false");
    const { location } = await signIn("bea");
    await change("absentIsEmpty", "true");
    expect((await fetched(location)).body.roles).toEqual([{ role: "member", scope: null }]);
    expect((await latest()).checks).toContainEqual({
      name: "groups",
      passed: true,
      detail: "The reply has no attribute member.",
    });
  }, 60_000);

  it("takes a response once, and only in the browser that began the login", async () => {
    await addPerson("cyd", []);
    const { browser, page } = await atKeycloak("cyd");
    expect((await newBrowser().submit(page, {})).status).toBe(400);
    // The stranger used up nothing.
    expect((await browser.submit(page, {})).status).toBe(303);
    expect((await browser.submit(page, {})).status).toBe(400);
  }, 60_000);

  it("refuses the response to another login of the same browser, and the trace names the check", async () => {
    await addPerson("dan", []);
    const { page } = await atKeycloak("dan");
    const mine = newBrowser();
    const began = await mine.open(entrance());
    const state = new URL(began.location ?? "").searchParams.get("RelayState") ?? "";
    const body = new URLSearchParams({ RelayState: state, SAMLResponse: hidden(page.body, "SAMLResponse") });
    const { status, body: shown } = await mine.open(`${base}/callback`, { method: "POST", body });
    expect(status).toBe(403);
    expect(shown).not.toContain("dan");
    expect(await latest()).toMatchObject({ outcome: "REFUSED" });
    expect((await latest()).checks.at(-1)).toMatchObject({ name: "in-response-to", passed: false });
  }, 60_000);

  it("refuses what another connection's provider signed", async () => {
    await addPerson("eve", []);
    await addConnection("other", settings);
    const { page } = await atKeycloak("eve");
    const mine = newBrowser();
    const began = await mine.open(entrance("other"));
    const state = new URL(began.location ?? "").searchParams.get("RelayState") ?? "";
    const body = new URLSearchParams({ RelayState: state, SAMLResponse: hidden(page.body, "SAMLResponse") });
    const { status } = await mine.open(`${server.url}/login/acme/other/callback`, { method: "POST", body });
    expect(status).toBe(403);
    expect((await latest()).checks.at(-1)).toMatchObject({ name: "destination", passed: false });
  }, 60_000);

  it("hears a response only as a form, with each field once and no larger than 512 KB", async () => {
    await addPerson("fay", []);
    const { browser, page } = await atKeycloak("fay");
    const fields = { RelayState: hidden(page.body, "RelayState"), SAMLResponse: "" };
    const send = (method: string, query: string, body: string | null, type: string) =>
      browser.open(`${base}/callback${query}`, { method, body, headers: { "content-type": type } });
    const form = "application/x-www-form-urlencoded";
    const text = `${new URLSearchParams(fields)}`;
    expect((await send("POST", "", text, "text/plain")).status).toBe(415);
    expect((await send("POST", "", `${text}&SAMLResponse=`, form)).status).toBe(400);
    expect((await send("POST", "", `${text}&x=${"x".repeat(512 * 1024)}`, form)).status).toBe(400);
    expect((await send("GET", `?${text}&state=${fields.RelayState}`, null, form)).status).toBe(400);
  }, 60_000);

  it("sends a cookie that comes back with another site's form, also over plain HTTP on localhost", async () => {
    const response = await fetch(entrance(), { redirect: "manual" });
    const [cookie = ""] = response.headers.getSetCookie();
    expect(cookie).toMatch(/^rolebridge-login-.*; Path=\/; HttpOnly; SameSite=None; Max-Age=600; Secure$/);
  });

  it("shows the provider who we are, at an address that Keycloak can read", async () => {
    const { status, headers, body } = await server.request("/login/acme/sso/metadata");
    expect([status, headers.get("content-type")]).toEqual([200, "application/samlmetadata+xml"]);
    const read = await clientFrom(keycloakServer(), realm, server, "sso");
    expect(read).toMatchObject({ protocol: "saml", clientId: `${base}/metadata` });
    expect(body).toContain(`Location="${base}/callback"`);
    expect((await server.request("/login/acme/nothing/metadata")).status).toBe(404);
  });

  it.runIf(process.env["RECORD_SAML"] === "1")(
    "records what the hostile messages are made from",
    async () => {
      await addPerson("gus", ["/team1", "/team2"]);
      const { page } = await atKeycloak("gus");
      const message = Buffer.from(hidden(page.body, "SAMLResponse"), "base64").toString("utf8");
      const folder = new URL("../payloads/saml/", import.meta.url);
      mkdirSync(folder, { recursive: true });
      writeFileSync(new URL("keycloak-response.xml", folder), message);
      writeFileSync(new URL("keycloak-certificate.pem", folder), settings["certificates"] ?? "");
    },
  );
});
