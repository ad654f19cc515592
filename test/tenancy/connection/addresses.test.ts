/** Which settings are addresses that this server calls: only those are checked, and only there a secret goes. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { asker } from "../../rest/support.ts";
import { startServer } from "../../support/server.ts";

const server = await startServer({});
const ask = asker(server);
const certificates = readFileSync(
  new URL("../../payloads/saml/keycloak-certificate.pem", import.meta.url),
  "utf8",
);
const given = (settings: Record<string, string>) =>
  Object.entries(settings).map(([name, value]) => ({ name, value }));

const add = (kind: string, slug: string, settings: Record<string, string>) =>
  ask(
    `mutation($organization: String!, $slug: String!, $settings: [SettingInput!]!) {
      addConnection(organization: $organization, kind: ${kind}, slug: $slug, settings: $settings, unchecked: true) { slug } }`,
    { slug, settings: given(settings) },
  );

const change = (connection: string, settings: Record<string, string>) =>
  ask(
    `mutation($organization: String!, $connection: String!, $settings: [SettingInput!]!) {
      updateConnectionSettings(organization: $organization, connection: $connection, settings: $settings, unchecked: true) { slug } }`,
    { connection, settings: given(settings) },
  );

const saml = { idpEntityId: "http://www.okta.com/exk1", ssoUrl: "https://acme.okta.test/sso", certificates };
const oidc = {
  issuer: "https://login.acme.test/realms/acme",
  clientId: "rolebridge",
  clientSecret: "secret",
};

beforeAll(() => add("OIDC", "oidc", oidc));

describe("a connection that is left unchecked", () => {
  it("may have names that look like addresses which this server must not call", async () => {
    await add("SAML", "okta", {
      ...saml,
      entityId: "http://127.0.0.1/us",
      subjectAttribute: "id",
      acceptedAudiences: "http://10.0.0.1/product",
      acceptedRecipients: "http://10.0.0.1/acs",
    });
  });

  it("is refused with an address that it would call and must not", async () => {
    await expect(add("SAML", "metadata", { ...saml, metadataUrl: "http://10.0.0.1/idp" })).rejects.toThrow(
      "is not https",
    );
    await expect(add("OIDC", "issuer", { ...oidc, issuer: "http://10.0.0.1/realms/acme" })).rejects.toThrow(
      "is not https",
    );
    await expect(
      add("KEYCLOAK", "base", {
        baseUrl: "http://10.0.0.1",
        realm: "acme",
        clientId: "c",
        clientSecret: "s",
      }),
    ).rejects.toThrow("is not https");
  });
});

describe("a stored secret", () => {
  it("stays where products' IDs change, to which it never goes", async () => {
    await change("oidc", { acceptedAudiences: "https://product.acme.test/saml" });
    await change("oidc", { acceptedAudiences: "" });
  });

  it("is asked for again where the address changes that it goes to", async () => {
    await expect(change("oidc", { issuer: "https://elsewhere.acme.test/realms/acme" })).rejects.toThrow(
      "clientSecret: give it again, because issuer changes",
    );
  });
});
