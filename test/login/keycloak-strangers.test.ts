/** What strangers can make Rolebridge do: begin logins that nobody finishes, and bring replies of their own making. */
import { Effect } from "effect";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { OrganizationId } from "../../src/domain/index.ts";
import { listOrganizations, newId, removeOverLogins, Store, type TenantTx } from "../../src/store/index.ts";
import type { TestRealm } from "../connectors/keycloak/realm.ts";
import { asker } from "../rest/support.ts";
import { startFaultProxy } from "../support/fault-proxy.ts";
import { keycloakAnswers } from "../support/keycloak.ts";
import { startServer } from "../support/server.ts";
import { newBrowser } from "./browser.ts";
import {
  addApplication,
  addLoginClient,
  addOidc,
  addPerson,
  atReply,
  entrance,
  newRealm,
  oidcSettings,
  signIn,
} from "./setting.ts";

const keycloak = inject("keycloak");
const missing = "missing" in keycloak;
const proxy = await startFaultProxy(missing ? "" : keycloak.url);
const server = await startServer(
  { ROLEBRIDGE_ALLOWED_ORIGINS: proxy.url },
  { _tag: "Memory" },
  { badCredentials: 4 },
);
const ask = asker(server);
let realm: TestRealm;
let secret = "";

beforeAll(async () => {
  if ("missing" in keycloak) return;
  await keycloakAnswers(keycloak);
  realm = await newRealm(keycloak);
  // The realm calls itself by the proxy, so that all that is asked of it is counted there.
  await realm.admin.realms.update({ realm: realm.name }, { attributes: { frontendUrl: proxy.url } });
  await addLoginClient(realm, server.url);
  await ask(addOidc, oidcSettings(`${proxy.url}/realms/${realm.name}`));
  secret = await addApplication(ask);
  await addPerson(realm, "ada", []);
}, 300_000);
afterAll(async () => {
  proxy.close();
  await realm?.remove();
});

const within = <A>(work: (tx: TenantTx) => Promise<A>): Promise<A> =>
  server.run(
    Effect.gen(function* () {
      const store = yield* Store;
      const [{ id } = { id: "" as OrganizationId }] = yield* listOrganizations();
      return yield* store.tenant(id, (tx) => Effect.promise(() => work(tx)));
    }),
  );

/** Rows of every table that carries an organization. */
const rows = () =>
  within(async (tx) => {
    const { rows: tables } = await sql<{ name: string }>`select table_name as name
      from information_schema.columns where column_name = 'organization_id' and table_schema = 'public'`.execute(
      tx.db,
    );
    const counted: Array<readonly [string, number]> = [];
    for (const { name } of tables) {
      const { rows: found } = await sql<{
        n: number;
      }>`select count(*)::int as n from ${sql.table(name)}`.execute(tx.db);
      counted.push([name, found[0]?.n ?? 0]);
    }
    return Object.fromEntries(counted);
  });

const asked = (part: string) => proxy.asked.filter((path) => path.includes(part)).length;

const change = (name: string, value: string) =>
  ask(
    `mutation($organization: String!, $settings: [SettingInput!]!) {
      updateConnectionSettings(organization: $organization, connection: "sso", unchecked: true, settings: $settings) { slug } }`,
    { settings: [{ name, value }] },
  );

const begin = async (more: Record<string, string> = {}) =>
  (await fetch(entrance(server.url, more), { redirect: "manual" })).status;

describe.skipIf(missing)("strangers at the door", () => {
  it("write nothing by beginning logins, and make the provider be asked once", async () => {
    await change("scopes", "openid profile");
    const before = await rows();
    expect(before["connection"]).toBeGreaterThan(0);
    proxy.set();
    const statuses = await Promise.all(Array.from({ length: 10 }, () => begin()));
    expect(new Set(statuses)).toEqual(new Set([303]));
    expect(await rows()).toEqual(before);
    expect(asked("openid-configuration")).toBe(1);
  }, 60_000);

  it("are not sent on with texts that no cookie could hold", async () => {
    expect(await begin({ state: "x".repeat(1_022) })).toBe(303);
    expect(await begin({ state: "x".repeat(1_023) })).toBe(404);
    expect(await begin({ state: "é".repeat(600) })).toBe(404);
  }, 60_000);

  it("leave the provider's keys and metadata to be asked for once by all logins, and afresh once settings change", async () => {
    await change("scopes", "openid profile email");
    proxy.set();
    expect((await signIn(server, secret, "ada")).answer).toMatchObject({ userName: "ada" });
    expect((await signIn(server, secret, "ada")).answer).toMatchObject({ userName: "ada" });
    expect([asked("openid-configuration"), asked("/certs")]).toEqual([1, 1]);
    await change("clientSecret", "another");
    expect((await signIn(server, secret, "ada")).status).toBe(403);
    await change("clientSecret", "only-for-tests");
    expect((await signIn(server, secret, "ada")).status).toBe(303);
    expect([asked("openid-configuration"), asked("/certs")]).toEqual([3, 2]);
  }, 60_000);

  it("do not make a provider in trouble be asked again and again", async () => {
    await change("scopes", "openid");
    proxy.set(({ path }) => (path.includes("openid-configuration") ? { status: 503 } : undefined));
    const statuses = await Promise.all(Array.from({ length: 5 }, () => begin()));
    expect(new Set(statuses)).toEqual(new Set([503]));
    expect(asked("openid-configuration")).toBe(1);
    proxy.set();
    await change("scopes", "openid profile email");
    expect(await begin()).toBe(303);
  }, 60_000);

  it("use a login once: of two replies at once, exactly one is taken", async () => {
    const { browser, reply } = await atReply(server.url, "ada");
    const both = await Promise.all([browser.open(reply), browser.open(reply)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([303, 400]);
    expect((await browser.open(reply)).status).toBe(400);
  }, 60_000);

  it("are told to slow down when reply after reply is refused, and no more is kept of those", async () => {
    const logins = async () => (await rows())["login"];
    const forge = async () => {
      const browser = newBrowser();
      const { location } = await browser.open(entrance(server.url));
      const state = new URL(location ?? "").searchParams.get("state") ?? "";
      const reply = new URLSearchParams({ state, code: "forged", iss: `${proxy.url}/realms/${realm.name}` });
      return (await browser.open(`${server.url}/login/acme/sso/callback?${reply}`)).status;
    };
    const statuses: Array<number> = [];
    for (let at = 0; at < 6; at += 1) statuses.push(await forge());
    const kept = await logins();
    expect([statuses[0], statuses.at(-1), await forge()]).toEqual([403, 429, 429]);
    expect(await logins()).toBe(kept);
    // Whoever is not refused comes in all the same.
    expect((await signIn(server, secret, "ada")).status).toBe(303);
  }, 60_000);
});

describe("refused logins", () => {
  const connection = newId();
  const add = (outcome: string, days: number, count: number) =>
    within((tx) =>
      sql`insert into login (organization_id, id, connection_id, outcome, checks, at)
        select ${tx.organization}, gen_random_uuid(), ${connection}, ${outcome}, '[]', now() - make_interval(days => ${days}::int)
        from generate_series(1, ${count}::int)`.execute(tx.db),
    );
  const left = () =>
    within(async (tx) => {
      const { rows: found } = await sql<{
        outcome: string;
        n: number;
      }>`select outcome, count(*)::int as n from login
        where connection_id = ${connection} group by outcome order by outcome`.execute(tx.db);
      return found.map(({ outcome, n }) => [outcome, n]);
    });

  it("are forgotten after 30 days, and of one connection only the newest 5,000 are kept", async () => {
    await add("accepted", 31, 1);
    await add("accepted", 91, 1);
    await add("refused", 31, 3);
    await add("refused", 0, 5_002);
    await within((tx) => Effect.runPromise(removeOverLogins(tx)));
    expect(await left()).toEqual([
      ["accepted", 1],
      ["refused", 5_000],
    ]);
  });
});
