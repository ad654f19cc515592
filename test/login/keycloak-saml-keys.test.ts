/** Keys on both sides of a SAML login with a real Keycloak: read from its metadata, approved when they change, and our own. */
import { X509Certificate } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { makeRealm, type TestRealm } from "../connectors/keycloak/realm.ts";
import { asker } from "../rest/support.ts";
import { keycloakAnswers } from "../support/keycloak.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { newBrowser } from "./browser.ts";
import { addKey, certificateOf, clientAttributes, clientFrom, hidden } from "./saml.ts";
import { addPerson, password } from "./setting.ts";

const keycloak = inject("keycloak");
const missing = "missing" in keycloak;
const server: TestServer = await startServer(missing ? {} : { ROLEBRIDGE_ALLOWED_ORIGINS: keycloak.url });
const returnTo = "http://localhost:9/signed-in";
const ask = asker(server);
const keycloakServer = () => ("missing" in keycloak ? { url: "", user: "", password: "" } : keycloak);
const realmUrl = () => `${keycloakServer().url}/realms/${realm.name}`;
let realm: TestRealm;
let settings: Record<string, string> = {};

const addConnection = (slug: string, given: Record<string, string>, metadata: string | null = null) =>
  ask(
    `mutation($organization: String!, $slug: String!, $settings: [SettingInput!]!, $metadata: String) {
      addConnection(organization: $organization, kind: SAML, slug: $slug, settings: $settings, metadata: $metadata) { slug } }`,
    { slug, metadata, settings: Object.entries(given).map(([name, value]) => ({ name, value })) },
  );

const settingsOf = async (slug: string) => {
  const { organization } = await ask(
    `query($organization: String!) { organization(slug: $organization) { connections { slug settings } } }`,
  );
  return organization.connections.find((one: { slug: string }) => one.slug === slug).settings;
};

const differenceOf = async (connection: string) => {
  const { organization } = await ask(
    `query($organization: String!, $connection: String!) { organization(slug: $organization) {
      metadataDifference(connection: $connection) { hash settings { name } certificates { change fingerprint } } } }`,
    { connection },
  );
  return organization.metadataDifference;
};

/** "done", or why not. */
const approve = async (connection: string, difference: string): Promise<string> => {
  const { body } = await server.graphql(
    `mutation($connection: String!, $difference: String!) {
      approveMetadata(organization: "acme", connection: $connection, difference: $difference) { slug } }`,
    { connection, difference },
  );
  return body.errors?.[0]?.message ?? "done";
};

const lacksOf = async (connection: string) => {
  const { testConnection } = await ask(
    `mutation($organization: String!, $connection: String!) {
      testConnection(organization: $organization, connection: $connection) { lacks { what } } }`,
    { connection },
  );
  return testConnection.lacks.map(({ what }: { what: string }) => what);
};

const step = async (connection: string, step: string) => {
  const { changeLoginKeys } = await ask(
    `mutation($organization: String!, $connection: String!, $step: LoginKeyStep!) {
      changeLoginKeys(organization: $organization, connection: $connection, step: $step) { state fingerprint } }`,
    { connection, step },
  );
  return changeLoginKeys;
};

beforeAll(async () => {
  if ("missing" in keycloak) return;
  await keycloakAnswers(keycloak);
  realm = await makeRealm(keycloak, 0);
  settings = {
    idpEntityId: realmUrl(),
    ssoUrl: `${realmUrl()}/protocol/saml`,
    certificates: await certificateOf(realmUrl()),
    preset: "keycloak",
  };
  await ask(
    `mutation($organization: String!, $returnAddresses: [String!]!) {
      createApplication(organization: $organization, slug: "shop", returnAddresses: $returnAddresses) { secret } }`,
    { returnAddresses: [returnTo] },
  );
}, 300_000);
afterAll(() => realm?.remove());

const entrance = (slug: string) =>
  `${server.url}/login/acme/${slug}?${new URLSearchParams({ application: "shop", return_to: returnTo, state: "mine-and-random" })}`;

const repliedAt = async (slug: string, username: string) => {
  const browser = newBrowser();
  const form = await browser.follow(entrance(slug));
  const page = await browser.submit(form, { username, password });
  return { page, answer: await browser.submit(page, {}) };
};

const signInAt = async (slug: string, username: string) => (await repliedAt(slug, username)).answer;

describe.skipIf(missing)("keys of a SAML login with a real Keycloak", () => {
  it("is set up from the realm's own metadata, by its address or as a document", async () => {
    const descriptor = `${realmUrl()}/protocol/saml/descriptor`;
    const rest = { preset: "keycloak", absentIsEmpty: "true", emailsAreVerified: "true" };
    await addConnection("read", { metadataUrl: descriptor, ...rest });
    await addConnection("told", rest, await (await fetch(descriptor)).text());
    for (const slug of ["read", "told"]) {
      const { idpEntityId, ssoUrl, certificates } = await settingsOf(slug);
      expect({ idpEntityId, ssoUrl }).toEqual({
        idpEntityId: settings["idpEntityId"],
        ssoUrl: settings["ssoUrl"],
      });
      expect(new X509Certificate(certificates).fingerprint256).toBe(
        new X509Certificate(settings["certificates"] ?? "").fingerprint256,
      );
    }
    expect(await differenceOf("read")).toMatchObject({ hash: null, settings: [] });
  }, 60_000);

  it("signs its requests with a key that Keycloak reads in our metadata, and with the next one after that", async () => {
    await addPerson(realm, "ivy", []);
    await addConnection("signing", { ...settings, signRequests: "true" });
    const client = await clientFrom(keycloakServer(), realm, server, "signing");
    // No key to encrypt for was shown to it.
    expect(client.attributes["saml.encrypt"]).not.toBe("true");
    const attributes = {
      ...client.attributes,
      ...clientAttributes(server, "signing"),
      "saml.client.signature": "true",
    };
    const { id } = await realm.admin.clients.create({ ...client, attributes });
    expect((await signInAt("signing", "ivy")).status).toBe(303);
    const [current] = await step("signing", "NEXT");
    await step("signing", "ACTIVATE");
    // Keycloak has not heard of it.
    expect((await newBrowser().follow(entrance("signing"))).body).toContain("Invalid requester");
    const keys = await step("signing", "RETIRE");
    expect(keys.map(({ state }: { state: string }) => state)).toEqual(["CURRENT"]);
    expect(keys[0].fingerprint).not.toBe(current.fingerprint);
    const again = await clientFrom(keycloakServer(), realm, server, "signing");
    await realm.admin.clients.update(
      { id },
      {
        ...again,
        attributes: {
          ...again.attributes,
          ...clientAttributes(server, "signing"),
          "saml.client.signature": "true",
        },
      },
    );
    expect((await signInAt("signing", "ivy")).status).toBe(303);
  }, 60_000);

  it("opens what Keycloak encrypts for the key in our metadata, and takes nothing plain where it must not", async () => {
    await addPerson(realm, "jon", []);
    await addConnection("sealed", { ...settings, encryption: "required" });
    const client = await clientFrom(keycloakServer(), realm, server, "sealed");
    const attributes = { ...client.attributes, ...clientAttributes(server, "sealed") };
    // Keycloak turns it on by itself, having read a key to encrypt with.
    expect(attributes["saml.encrypt"]).toBe("true");
    const { id } = await realm.admin.clients.create({ ...client, attributes });
    const { page, answer } = await repliedAt("sealed", "jon");
    const xml = Buffer.from(hidden(page.body, "SAMLResponse"), "base64").toString("utf8");
    const algorithms = [...xml.matchAll(/EncryptionMethod [^>]*Algorithm="[^"#]*#([^"]*)"/g)];
    expect(algorithms.map(([, name]) => name)).toEqual(["aes256-gcm", "rsa-oaep"]);
    expect(xml).toContain("EncryptedAssertion");
    expect(answer.status).toBe(303);
    await realm.admin.clients.update(
      { id },
      { ...client, attributes: { ...attributes, "saml.encrypt": "false" } },
    );
    expect((await repliedAt("sealed", "jon")).answer.status).toBe(403);
  }, 60_000);

  it("takes the realm's next key only when exactly that difference is approved, and keeps it in history", async () => {
    await addPerson(realm, "hal", ["/team1"]);
    await addConnection("moving", {
      metadataUrl: `${realmUrl()}/protocol/saml/descriptor`,
      preset: "keycloak",
    });
    await addKey(realm, "200");
    const first = await differenceOf("moving");
    expect(first.certificates.map(({ change }: { change: string }) => change).sort()).toContain("ADDED");
    expect(await lacksOf("moving")).toContain(
      "what the provider's metadata says now, which is not what is pinned",
    );
    await addKey(realm, "300");
    expect(await approve("moving", first.hash)).toMatch(/it is another one by now, so nothing was changed/);
    const second = await differenceOf("moving");
    expect(await approve("moving", second.hash)).toBe("done");
    expect(await differenceOf("moving")).toMatchObject({ hash: null });
    expect(await lacksOf("moving")).toEqual([]);
    const { organization } = await ask(
      `query($organization: String!) { organization(slug: $organization) { events(first: 5) { type data } } }`,
    );
    const event = organization.events.find(
      ({ type }: { type: string }) => type === "connection.metadata-approved",
    );
    expect(event.data).toMatchObject({ difference: second.hash, settings: [] });
    expect(event.data.added.length).toBeGreaterThan(0);
  }, 60_000);
});
