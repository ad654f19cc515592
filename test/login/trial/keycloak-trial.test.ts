/** Logins that are tried out with a real Keycloak: they tell what would have been, and change nothing. */
import { Effect } from "effect";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { findOrganization, Store } from "../../../src/store/index.ts";
import { run } from "../../cli/support.ts";
import { asker } from "../../rest/support.ts";
import { startServer } from "../../support/server.ts";
import { newBrowser } from "../browser.ts";
import { openSso, type Sso } from "../sso.ts";
import { testedLogin } from "./support.ts";

const keycloak = inject("keycloak");
const missing = "missing" in keycloak;
const server = await startServer(missing ? {} : { ROLEBRIDGE_ALLOWED_ORIGINS: keycloak.url });
const ask = asker(server);
let sso: Sso;

beforeAll(async () => {
  if ("missing" in keycloak) return;
  sso = await openSso(server, keycloak, ["sso", "second"]);
  const when = { externalGroup: { connection: "sso", id: "/team1" } };
  await ask(
    `mutation($organization: String!, $document: JSON!) { draftMapping(organization: $organization, document: $document) { version } }`,
    { document: { rules: [{ id: "team", when, grant: ["developer"] }] } },
  );
  await ask(`mutation($organization: String!) { publishMapping(organization: $organization) { version } }`);
}, 300_000);
afterAll(() => sso?.realm.remove());

const query = `mutation($organization: String!) {
  testLogin(organization: $organization, connection: "sso") { url until } }`;

const address = async (): Promise<string> => (await ask(query)).testLogin.url;

/** Signs in by the address of a test, and gives the page at its end. */
const tryOut = async (username: string, url?: string) => {
  const browser = newBrowser();
  const form = await browser.follow(url ?? (await address()));
  const sent = await browser.submit(form, { username, password: "only-for-tests" });
  return browser.open(sent.location ?? "");
};

const shown = (page: string) => testedLogin(ask, page);

/** What a test may write to. */
const written = ["event", "login", "login_once"];

/** A hash of each table of the organization, and how many rows those have that a test may write to. */
const tables = () =>
  server.run(
    Effect.gen(function* () {
      const store = yield* Store;
      const found = yield* findOrganization("acme");
      if (found === undefined) throw new Error("There is no acme.");
      return yield* store.tenant(found.id, (tx) =>
        Effect.promise(async () => {
          const names = await sql<{
            name: string;
          }>`select c.table_name as name from information_schema.columns c
            join information_schema.tables t using (table_schema, table_name)
            where c.column_name = 'organization_id' and c.table_schema = current_schema() and t.table_type = 'BASE TABLE'
            order by 1`.execute(tx.db);
          const hashes = new Map<string, string>();
          const rows: Array<number> = [];
          for (const { name } of names.rows) {
            const of = await sql<{ hash: string; count: number }>`select count(*)::int as count,
              md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as hash from ${sql.table(name)} t`.execute(
              tx.db,
            );
            if (written.includes(name)) rows.push(of.rows[0]?.count ?? 0);
            else hashes.set(name, of.rows[0]?.hash ?? "");
          }
          return { hashes, rows };
        }),
      );
    }),
  );

/** One event, one login, and that the address and the login were used. */
const oneTest = ([events = 0, logins = 0, used = 0]: ReadonlyArray<number>) => [
  events + 1,
  logins + 1,
  used + 2,
];

const signedIn = async (username: string) => (await sso.exchange(await sso.signIn(username))).body;

const scimUser = (userName: string, active: boolean) =>
  server.scim("POST", "/Users", {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
    userName,
    active,
  });

const exceptions = async (): Promise<number> =>
  (await ask(`query($organization: String!) { organization(slug: $organization) { exceptions { id } } }`))
    .organization.exceptions.length;

const developer = [{ role: "developer", scope: null }];

describe.skipIf(missing)("a test login with a real Keycloak", () => {
  it("of a new person says what would be, and leaves nothing but that", async () => {
    await sso.addPerson("ada", { groups: ["/team1"] });
    const before = await tables();
    expect(before.hashes.size).toBeGreaterThan(20);
    const page = await tryOut("ada");
    expect(page.status).toBe(200);
    expect(page.body).toContain("The test is over");
    expect(page.body).not.toContain("ada");
    const after = await tables();
    expect(after.hashes).toEqual(before.hashes);
    expect(after.rows).toEqual(oneTest(before.rows));
    const login = await shown(page.body);
    expect(login).toMatchObject({ outcome: "TESTED", application: null, account: null, active: null });
    expect(login.tested).toEqual({
      passed: true,
      person: "NEW",
      groups: ["/team1"],
      rolesBefore: [],
      rolesAfter: developer,
    });
    expect(login.checks.at(-1)).toMatchObject({ name: "welcome", passed: true });
    const { organization } = await ask(
      `query($organization: String!, $id: ID!) { organization(slug: $organization) { events(subject: $id) { type actorKind } } }`,
      { id: login.id },
    );
    expect(organization.events).toEqual([{ type: "login.tested", actorKind: "operator" }]);
    expect((await signedIn("ada")).roles).toEqual(developer);
  }, 90_000);

  it("of a known person shows the roles before and after, and changes none", async () => {
    const id = await sso.addPerson("bea", { groups: ["/team1"] });
    const { subject } = await signedIn("bea");
    const [group] = await sso.realm.admin.groups.find({ search: "team1", exact: true });
    await sso.realm.admin.users.delFromGroup({ id, groupId: group?.id ?? "" });
    const before = await tables();
    const login = await shown((await tryOut("bea")).body);
    expect(login).toMatchObject({
      account: subject,
      tested: { passed: true, person: "KNOWN", groups: [], rolesBefore: developer, rolesAfter: [] },
    });
    const after = await tables();
    expect(after.hashes).toEqual(before.hashes);
    expect(after.rows).toEqual(oneTest(before.rows));
    await ask(
      `mutation($organization: String!, $subject: String!) {
        eraseAccount(organization: $organization, account: $subject, reason: "x") { values } }`,
      { subject },
    );
    const forgotten = await shown(`<code>${login.id}</code>`);
    expect(forgotten).toMatchObject({ outcome: "TESTED", account: null, tested: null, checks: login.checks });
  }, 90_000);

  it("of an inactive person says the check that refuses them", async () => {
    await sso.addPerson("cyd", { groups: ["/team1"] });
    const { subject } = await signedIn("cyd");
    await ask(
      `mutation($organization: String!, $subject: String!) {
        suspendAccount(organization: $organization, account: $subject, reason: "x") { changed } }`,
      { subject },
    );
    const before = await tables();
    const page = await tryOut("cyd");
    expect(page.status).toBe(200);
    const login = await shown(page.body);
    expect(login).toMatchObject({
      outcome: "TESTED",
      account: subject,
      tested: { passed: false, person: "KNOWN", groups: ["/team1"], rolesAfter: null },
    });
    expect(login.checks.at(-1)).toMatchObject({ name: "active", passed: false });
    const after = await tables();
    expect(after.hashes).toEqual(before.hashes);
    expect(after.rows).toEqual(oneTest(before.rows));
  }, 90_000);

  it("of somebody who may be another says so, and asks nobody", async () => {
    await scimUser("dan", false);
    await scimUser("eve", true);
    await sso.addPerson("dan");
    await sso.addPerson("eve");
    const before = await exceptions();
    const inactive = await shown((await tryOut("dan")).body);
    expect(inactive.tested).toMatchObject({ passed: false, person: "AMBIGUOUS", rolesAfter: null });
    expect(inactive.account).toMatch(/^[0-9a-f-]{36}$/);
    const active = await shown((await tryOut("eve")).body);
    expect(active).toMatchObject({ account: null, tested: { passed: true, person: "AMBIGUOUS" } });
    expect(active.checks.at(-1)).toMatchObject({ name: "alike", passed: true });
    expect(await exceptions()).toBe(before);
  }, 90_000);

  it("whose reply is no good says why, and of nobody", async () => {
    const browser = newBrowser();
    const { location } = await browser.open(await address());
    const state = new URL(location ?? "").searchParams.get("state") ?? "";
    const reply = new URLSearchParams({ error: "access_denied", state });
    const page = await browser.open(`${server.url}/login/acme/sso/callback?${reply}`);
    expect(page.status).toBe(200);
    const login = await shown(page.body);
    expect(login.tested).toEqual({
      passed: false,
      person: null,
      groups: null,
      rolesBefore: [],
      rolesAfter: null,
    });
    expect(login.checks.at(-1)?.passed).toBe(false);
  }, 60_000);

  it("begins once, at the connection and the organization that it is for, by an address of ours", async () => {
    const url = await address();
    const ticket = new URL(url).searchParams.get("ticket") ?? "";
    await server.graphql('mutation { createOrganization(slug: "globex") { id } }');
    const { organization: _, ...globex } = await asker(server, "globex")(
      `mutation($organization: String!, $settings: [SettingInput!]!) {
        addConnection(organization: $organization, kind: OIDC, slug: "sso", settings: $settings) { slug } }`,
      {
        settings: [
          { name: "issuer", value: sso.issuer },
          { name: "clientId", value: "client-sso" },
          { name: "clientSecret", value: "only-for-tests" },
          { name: "preset", value: "keycloak" },
        ],
      },
    );
    expect(globex.addConnection.slug).toBe("sso");
    const at = (path: string) => newBrowser().open(`${server.url}/login${path}`);
    for (const path of [
      `/globex/sso/test?ticket=${ticket}`,
      `/acme/second/test?ticket=${ticket}`,
      `/acme/sso/test?ticket=A${ticket.slice(1)}A`,
      "/acme/sso/test",
    ]) {
      expect((await at(path)).status).toBe(404);
    }
    expect((await newBrowser().open(url)).status).toBe(303);
    const again = await newBrowser().open(url);
    expect(again.status).toBe(404);
    expect(again.location).toBeNull();
  }, 60_000);

  it("is asked for and shown by commands", async () => {
    const env = { ROLEBRIDGE_URL: server.url, ROLEBRIDGE_TOKEN: server.quickStart.operatorToken };
    const cli = (...args: ReadonlyArray<string>) =>
      run(["login", ...args, "--organization", "acme"], { env });
    await sso.addPerson("fay", { groups: ["/team1"] });
    const asked = await cli("test", "sso");
    expect(asked).toMatchObject({ code: 0 });
    const page = await tryOut("fay", asked.stdout.trim());
    const { id } = await shown(page.body);
    const { stdout } = await cli("show", id);
    expect(stdout).toMatch(/^tested: comes in {2}.* through sso$/m);
    expect(stdout).toMatch(/^person +new$/m);
    expect(stdout).toMatch(/^groups +\/team1$/m);
    expect(stdout).toMatch(/^roles before none$/m);
    expect(stdout).toMatch(/^roles after +developer$/m);
    expect(stdout).toMatch(/^passed {2}welcome$/m);
    await sso.exchange(await sso.signIn("fay"));
    const list = await cli("list", "-n", "2");
    expect(list.stdout).toContain("goes on");
    expect(list.stdout).toContain("tested: comes in");
  }, 90_000);

  it("is nothing that an operator who may only read can ask for", async () => {
    const { data } = (
      await server.graphql('mutation { createOperator(name: "reader", role: AUDITOR) { token } }')
    ).body;
    const { body } = await server.graphql(query, { organization: "acme" }, data.createOperator.token);
    expect(body.errors?.[0]?.extensions?.code).toBe("Forbidden");
  });

  it("is refused where nobody signs in through the connection", async () => {
    const { body } = await server.graphql(
      'mutation { testLogin(organization: "acme", connection: "scim") { url } }',
    );
    expect(body.errors?.[0]?.message).toContain("Nobody signs in");
  });
});
