/** Making a key of our own takes a while: nobody waits for it. */
import { readFileSync } from "node:fs";
import { Effect } from "effect";
import { beforeAll, describe, expect, it } from "vitest";
import type { Connector, OwnKeys } from "../../connectors/connector.ts";
import { saml } from "../../connectors/saml/index.ts";
import { ownKeys } from "../../connectors/saml/keys/index.ts";
import { asker } from "../rest/support.ts";
import { startServer } from "../support/server.ts";

let meanwhile = async () => {};
const slow: OwnKeys = {
  ...ownKeys,
  make: (name) => Effect.andThen(Effect.promise(meanwhile), ownKeys.make(name)),
};
const provider: Connector = { ...saml, ownKeys: slow };
const idp = "https://idp.acme.test";
const server = await startServer(
  { ROLEBRIDGE_ALLOWED_ORIGINS: idp },
  { _tag: "Memory" },
  { connectors: [provider] },
);
const ask = asker(server);

const certificates = readFileSync(
  new URL("../payloads/saml/keycloak-certificate.pem", import.meta.url),
  "utf8",
);
const settings = (given: Record<string, string>) => ({
  settings: Object.entries(given).map(([name, value]) => ({ name, value })),
});

beforeAll(async () => {
  await ask(
    `mutation($organization: String!, $settings: [SettingInput!]!) {
      addConnection(organization: $organization, kind: SAML, slug: "sso", settings: $settings) { slug } }`,
    settings({ idpEntityId: idp, ssoUrl: `${idp}/sso`, certificates }),
  );
}, 120_000);

const step = async (name: string) => {
  const { changeLoginKeys } = await ask(
    `mutation($organization: String!, $step: LoginKeyStep!) {
      changeLoginKeys(organization: $organization, connection: "sso", step: $step) { state } }`,
    { step: name },
  );
  return changeLoginKeys.map(({ state }: { state: string }) => state);
};

describe("a next key", () => {
  it("is made while others change the connection, and is kept beside what they changed", async () => {
    meanwhile = async () => {
      await ask(
        `mutation($organization: String!, $settings: [SettingInput!]) {
          updateConnectionSettings(organization: $organization, connection: "sso", settings: $settings) { slug } }`,
        settings({ encryption: "offered" }),
      );
    };
    expect(await step("NEXT")).toEqual(["CURRENT", "NEXT"]);
    const { body } = await server.request("/login/acme/sso/metadata");
    expect(body.match(/use="encryption"/g)).toHaveLength(2);
  }, 60_000);

  it("that somebody else made meanwhile stays the only one", async () => {
    await step("ACTIVATE");
    await step("RETIRE");
    meanwhile = async () => {
      meanwhile = async () => {};
      await step("NEXT");
    };
    await expect(step("NEXT")).rejects.toThrow("There is a next key already");
  }, 60_000);
});
