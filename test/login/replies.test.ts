/** What becomes of replies, from a provider that says what the test has it say. */
import { Effect } from "effect";
import { sql } from "kysely";
import { beforeAll, describe, expect, it } from "vitest";
import { type Connector, ConnectorFailure } from "../../connectors/connector.ts";
import { oidc } from "../../connectors/oidc/index.ts";
import type { OrganizationId } from "../../src/domain/index.ts";
import { listOrganizations, newId, Store } from "../../src/store/index.ts";
import { asker } from "../rest/support.ts";
import { startServer } from "../support/server.ts";
import { replyOf } from "../sync/login/support.ts";
import { newBrowser } from "./browser.ts";
import { addApplication, addOidc, entrance, oidcSettings } from "./setting.ts";

const origin = "http://localhost:9";
const badCredentials = 20;
let secret = "";
let meanwhile = async () => {};

/** Believes the code: it is the subject and the user name. */
const provider: Connector = {
  ...oidc,
  open: () =>
    Effect.succeed({
      probe: Effect.succeed({ latencyMillis: 0, version: null, sees: [], lacks: [] }),
      login: {
        begin: ({ state }) =>
          Effect.succeed({
            challenge: { _tag: "Redirect", url: `${origin}/?state=${encodeURIComponent(state)}` },
            kept: {},
          }),
        finish: ({ parameters }) =>
          Effect.promise(async () => {
            await meanwhile();
            const code = parameters.get("code") ?? "";
            return replyOf(`subject-${code}`, code);
          }),
        loggedOut: () => Effect.fail(new ConnectorFailure({ reason: "unavailable", detail: "Not now." })),
      },
    }),
};

const server = await startServer(
  { ROLEBRIDGE_ALLOWED_ORIGINS: origin },
  { _tag: "Memory" },
  { connectors: [provider], badCredentials },
);
const ask = asker(server);

beforeAll(async () => {
  await ask(addOidc, oidcSettings(`${origin}/realms/acme`));
  secret = await addApplication(ask);
}, 120_000);

/** A transaction that began a minute ago, and had to wait, says that the account was deactivated. */
const deactivatedLate = (account: string) =>
  Effect.gen(function* () {
    const store = yield* Store;
    const [{ id } = { id: "" as OrganizationId }] = yield* listOrganizations();
    yield* store.tenant(id, (tx) =>
      Effect.promise(() =>
        sql`insert into event (organization_id, id, at, type, actor_kind, subject_kind, subject_id)
          values (${id}, ${newId()}, now() - interval '1 minute', 'account.deactivated', 'system', 'account',
            ${account}::uuid)`.execute(tx.db),
      ),
    );
  });

const signIn = async (code: string) => {
  const browser = newBrowser();
  const { location } = await browser.open(entrance(server.url));
  const state = new URL(location ?? "").searchParams.get("state") ?? "";
  return browser.open(`${server.url}/login/acme/sso/callback?${new URLSearchParams({ state, code })}`);
};

const change = (name: string, value: string) =>
  ask(
    `mutation($organization: String!, $settings: [SettingInput!]!) {
      updateConnectionSettings(organization: $organization, connection: "sso", unchecked: true, settings: $settings) { slug } }`,
    {
      settings: [
        { name, value },
        { name: "clientSecret", value: "only-for-tests" },
      ],
    },
  );

const exceptions = async () =>
  (
    await ask(
      `query($organization: String!) { organization(slug: $organization) { exceptions { id kind subjectKind advice } } }`,
    )
  ).organization.exceptions;

describe("a reply", () => {
  it("is not taken where the connection has other settings by then: its subject may be another person's there", async () => {
    meanwhile = () => change("issuer", `${origin}/realms/other`);
    expect((await signIn("ada")).status).toBe(403);
    meanwhile = async () => {};
    // Nobody came by the connection, so it could be changed, and can be still.
    await change("issuer", `${origin}/realms/acme`);
    expect((await signIn("ada")).status).toBe(303);
    await expect(change("issuer", `${origin}/realms/other`)).rejects.toThrow("it stays as it is");
  }, 60_000);

  it("of somebody called like one whom SCIM deactivated lets in only who was decided about", async () => {
    await server.scim("POST", "/Users", {
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
      userName: "bea",
      active: false,
    });
    const [refused, other] = [await signIn("bea"), await signIn("nobody")];
    expect([refused.status, other.status]).toEqual([403, 303]);
    expect(refused.body).not.toMatch(/bea|active|known/);
    const [asked] = await exceptions();
    expect(asked).toMatchObject({ kind: "ambiguous-correlation", subjectKind: "account" });
    await ask(
      `mutation($organization: String!, $id: ID!) { resolveException(organization: $organization, id: $id) }`,
      { id: asked.id },
    );
    expect((await signIn("bea")).status).toBe(303);
  }, 60_000);

  it("that comes another way than its provider's do is none, and uses nothing up: the right one is taken", async () => {
    const browser = newBrowser();
    const { location } = await browser.open(entrance(server.url));
    const state = new URL(location ?? "").searchParams.get("state") ?? "";
    const callback = `${server.url}/login/acme/sso/callback`;
    const body = new URLSearchParams({ RelayState: state, code: "cyd" });
    const posted = await browser.open(callback, { method: "POST", body });
    expect(posted.status).toBe(400);
    const got = await browser.open(`${callback}?${new URLSearchParams({ state, code: "cyd" })}`);
    expect(got.status).toBe(303);
  }, 60_000);
});

describe("a session", () => {
  it("is over by a deactivation that began before the login and was done after it, though the account is active again", async () => {
    const { location } = await signIn("eve");
    const post = (path: string, body: object) =>
      server.request(path, {
        method: "POST",
        headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const code = new URL(location ?? "").searchParams.get("code");
    const { login, subject } = (await post("/login/exchange", { code })).body;
    const session = async () =>
      (await server.request(`/v1/logins/${login}`, { headers: { authorization: `Bearer ${secret}` } })).body;
    expect((await session()).active).toBe(true);
    await server.run(deactivatedLate(subject));
    expect(await session()).toMatchObject({ active: false, endedBecause: "inactive" });
  }, 60_000);
});

describe("logout tokens that cannot be looked at, because the provider does not answer", () => {
  it("are counted by address: whoever sends many waits", async () => {
    const send = () =>
      server.request("/login/acme/sso/backchannel-logout", {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: "logout_token=made-up",
      });
    expect((await send()).status).toBe(503);
    const statuses = [];
    for (let sent = 0; sent < badCredentials; sent += 1) statuses.push((await send()).status);
    expect(statuses).toContain(429);
  }, 60_000);
});
