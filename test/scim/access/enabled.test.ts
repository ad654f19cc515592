/** SCIM switched off for one organization: its clients are strangers, at every address, until it is on again. */
import { describe, expect, it } from "vitest";
import { startServer } from "../../support/server.ts";
import { expectSame, person, worldOf } from "./support.ts";

const server = await startServer({ ROLEBRIDGE_TENANT_ADDRESSES: "on" });
const { run, organization, ask, events } = worldOf(server);
const globex = (await organization("globex")).token;
const acme = server.quickStart.scimToken;
const stranger = `${globex.slice(0, -4)}AAAA`;
const setScim = (enabled: boolean) =>
  run(`mutation { setScim(organization: "globex", enabled: ${enabled}) { scim { enabled } } }`);

const { createScimClient: client } = await run(
  'mutation { createScimClient(organization: "globex", connection: "scim", label: "x") { clientId clientSecret } }',
);
const signIn = () =>
  server.request("/oauth/token", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: client.clientId,
      client_secret: client.clientSecret,
    }).toString(),
  });

describe("SCIM of an organization", () => {
  it("is on where nobody said anything", async () => {
    expect((await ask(globex, "GET", "/scim/v2/Users")).status).toBe(200);
    expect(
      (await run('{ organization(slug: "globex") { scim { enabled domainsOnly roles } } }')).organization
        .scim,
    ).toEqual({ enabled: true, domainsOnly: false, roles: false });
  });

  it("when off refuses every credential at every address as a stranger's, and no other organization's", async () => {
    const { access_token: access } = (await signIn()).body;
    expect((await ask(access, "GET", "/scim/v2/Users")).status).toBe(200);
    await setScim(false);
    for (const base of ["/scim/v2", "/scim/v2/default/production/v2/globex", "/scim/v2/default/production"]) {
      for (const path of ["/Users", "/ServiceProviderConfig", "/Schemas", "/Groups/x"]) {
        const known = await ask(stranger, "GET", `${base}${path}`);
        expect(known.status).toBe(401);
        for (const token of [globex, access]) expectSame(await ask(token, "GET", `${base}${path}`), known);
      }
      expectSame(
        await ask(globex, "POST", `${base}/Users`, person()),
        await ask(stranger, "POST", `${base}/Users`, person()),
      );
    }
    const refused = await signIn();
    expect(refused).toMatchObject({ status: 401, body: { error: "invalid_client" } });
    expect((await ask(acme, "GET", "/scim/v2/Users")).status).toBe(200);
  });

  it("when on again takes the same credentials", async () => {
    await setScim(true);
    expect((await ask(globex, "GET", "/scim/v2/Users")).status).toBe(200);
    expect((await signIn()).status).toBe(200);
  });

  it("leaves an event for each change, none where it stands so already", async () => {
    await setScim(true);
    const found = await events("globex", "organization.scim-changed");
    expect(found.map(({ data }: { data: object }) => data)).toEqual([{ enabled: true }, { enabled: false }]);
    expect(found[0].actorKind).toBe("operator");
  });
});
