/** A product brings SAML responses that it got for itself, from a real Keycloak. */
import { randomBytes } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { makeRealm, type TestRealm } from "../../connectors/keycloak/realm.ts";
import { addApplication, asker, publishMembers, reader } from "../../rest/support.ts";
import { keycloakAnswers } from "../../support/keycloak.ts";
import { startServer } from "../../support/server.ts";
import { newBrowser } from "../browser.ts";
import { certificateOf, samlClient } from "../saml.ts";
import { addPerson as addTo, password } from "../setting.ts";

const keycloak = inject("keycloak");
const missing = "missing" in keycloak;
const server = await startServer();
const ask = asker(server);
const base = `${server.url}/login/acme/sso`;
const productName = "https://product.acme.test/saml";
const productAddress = "https://product.acme.test/acs";
let realm: TestRealm;
let issuer = "";
let secret = "";

const addClient = (clientId: string, address: string) =>
  realm.admin.clients.create(samlClient(clientId, address, ["username", "id"]));

const addPerson = (username: string, groups: ReadonlyArray<string> = []) => addTo(realm, username, groups);

const addConnection = async (slug: string, more: Record<string, string>) => {
  const settings = {
    idpEntityId: issuer,
    ssoUrl: `${issuer}/protocol/saml`,
    certificates: await certificateOf(issuer),
    preset: "keycloak",
    absentIsEmpty: "true",
    ...more,
  };
  await ask(
    `mutation($organization: String!, $slug: String!, $settings: [SettingInput!]!) {
      addConnection(organization: $organization, kind: SAML, slug: $slug, settings: $settings) { slug } }`,
    { slug, settings: Object.entries(settings).map(([name, value]) => ({ name, value })) },
  );
};

beforeAll(async () => {
  if ("missing" in keycloak) return;
  await keycloakAnswers(keycloak);
  realm = await makeRealm(keycloak, 0);
  issuer = `${keycloak.url}/realms/${realm.name}`;
  await addClient(`${base}/metadata`, `${base}/callback`);
  await addClient(productName, productAddress);
  await addConnection("sso", {
    acceptedAudiences: productName,
    subjectAttribute: "id",
    // Ours too, as nobody should have it: for a response that the browser brought already.
    acceptedRecipients: `${productAddress} ${base}/callback`,
  });
  await addConnection("strict", {});
  await addConnection("elsewhere", { acceptedRecipients: productAddress });
  secret = await addApplication(ask);
  await publishMembers(ask);
}, 300_000);
afterAll(() => realm?.remove());

const hidden = (body: string): string =>
  /name="SAMLResponse"[^>]*value="([^"]*)"/.exec(body)?.[1]?.replaceAll("&#x2B;", "+") ?? "";

/** The product's own request, and what Keycloak's page sends to its address. */
const signInAtProduct = async (username: string) => {
  const requestId = `_${randomBytes(16).toString("hex")}`;
  const xml = `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="${requestId}" Version="2.0" IssueInstant="${new Date().toISOString()}" AssertionConsumerServiceURL="${productAddress}"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${productName}</saml:Issuer></samlp:AuthnRequest>`;
  const query = new URLSearchParams({
    SAMLRequest: deflateRawSync(xml).toString("base64"),
    RelayState: "mine",
  });
  const browser = newBrowser();
  const form = await browser.follow(`${issuer}/protocol/saml?${query}`);
  const page = await browser.submit(form, { username, password });
  return { samlResponse: hidden(page.body), requestId, recipient: productAddress };
};

const verify = (body: object, slug = "sso") =>
  server.request(`/v1/connections/${slug}/logins/verify`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });

const failed = async (): Promise<string> => {
  const { organization } = await ask(
    `query($organization: String!) { organization(slug: $organization) { logins(first: 1) { checks { name passed } } } }`,
  );
  const last = organization.logins[0].checks.at(-1);
  return last.passed ? "none" : last.name;
};

const refusedBy = async (body: object, slug?: string) => {
  const { status } = await verify(body, slug);
  return [status, await failed()];
};

describe.skipIf(missing)("a SAML response that a product got for itself", () => {
  it("signs the person in, once", async () => {
    await addPerson("ada", ["/team1"]);
    const reply = await signInAtProduct("ada");
    const { status, body } = await verify(reply);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      userName: "ada",
      roles: [{ role: "member", scope: null }],
      organization: { slug: "acme" },
    });
    expect((await reader(server, secret)(`/logins/${body.login}`)).body).toMatchObject({
      active: true,
      subject: body.subject,
    });
    expect(await refusedBy(reply)).toEqual([422, "once"]);
  }, 60_000);

  it("is of the person who comes by the browser, though Keycloak's NameID is another one for each", async () => {
    await addPerson("eve");
    const { body } = await verify(await signInAtProduct("eve"));
    const browser = newBrowser();
    const query = new URLSearchParams({
      application: "shop",
      return_to: "https://shop.acme.test/signed-in",
      state: "from-the-shop",
    });
    const form = await browser.follow(`${base}?${query}`);
    const page = await browser.submit(form, { username: "eve", password });
    const { location } = await browser.submit(page, {});
    const exchanged = await server.request("/login/exchange", {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: JSON.stringify({ code: new URL(location ?? "").searchParams.get("code") }),
    });
    expect(exchanged.body.subject).toBe(body.subject);
  }, 60_000);

  it("that answers another request, came elsewhere, or was changed is refused, and is good after that", async () => {
    await addPerson("bea");
    const reply = await signInAtProduct("bea");
    expect(await refusedBy({ ...reply, requestId: "_another" })).toEqual([422, "in-response-to"]);
    expect(await refusedBy({ ...reply, recipient: "https://foreign.acme.test/acs" })).toEqual([
      422,
      "recipient",
    ]);
    expect(await refusedBy({ ...reply, recipient: `${base}/callback` })).toEqual([422, "destination"]);
    const xml = Buffer.from(reply.samlResponse, "base64").toString("utf8");
    const changed = Buffer.from(xml.replaceAll(">bea<", ">ada<")).toString("base64");
    expect(await refusedBy({ ...reply, samlResponse: changed })).toEqual([422, "signature"]);
    expect(await refusedBy({ idToken: "x.y.z", nonce: "n" })).toEqual([422, "reply"]);
    expect((await verify(reply)).status).toBe(200);
  }, 60_000);

  it("counts only where the connection accepts the product's address and its name", async () => {
    await addPerson("cyd");
    const reply = await signInAtProduct("cyd");
    expect(await refusedBy(reply, "strict")).toEqual([422, "recipient"]);
    expect(await refusedBy(reply, "elsewhere")).toEqual([422, "audience"]);
    expect((await verify(reply)).status).toBe(200);
  }, 60_000);

  it("that a login in the browser had does not count again", async () => {
    await addPerson("dan");
    const browser = newBrowser();
    const query = new URLSearchParams({
      application: "shop",
      return_to: "https://shop.acme.test/signed-in",
      state: "from-the-shop",
    });
    const form = await browser.follow(`${base}?${query}`);
    const page = await browser.submit(form, { username: "dan", password });
    const samlResponse = hidden(page.body);
    expect((await browser.submit(page, {})).status).toBe(303);
    const requestId = / InResponseTo="([^"]*)"/.exec(
      Buffer.from(samlResponse, "base64").toString("utf8"),
    )?.[1];
    expect(await refusedBy({ samlResponse, requestId, recipient: `${base}/callback` })).toEqual([
      422,
      "once",
    ]);
  }, 60_000);
});
