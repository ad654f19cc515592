/** People sign in with a real Keycloak: before the application sees them, their account and roles are right. */
import { Effect } from "effect";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { OrganizationId } from "../../src/domain/index.ts";
import { listOrganizations, Store } from "../../src/store/index.ts";
import { makeRealm, type TestRealm } from "../connectors/keycloak/realm.ts";
import { asker, publishMembers } from "../rest/support.ts";
import { keycloakAnswers } from "../support/keycloak.ts";
import type { TestServer } from "../support/server.ts";
import { startServer } from "../support/server.ts";
import { newBrowser } from "./browser.ts";
import { addApplication, addLoginClient, addPerson as addTo, returnTo } from "./setting.ts";

const keycloak = inject("keycloak");
const missing = "missing" in keycloak;
const server: TestServer = await startServer(missing ? {} : { ROLEBRIDGE_ALLOWED_ORIGINS: keycloak.url });
let realm: TestRealm;
let secret = "";

const ask = asker(server);

const addPerson = (username: string, groups: ReadonlyArray<string>, more: object = {}) =>
  addTo(realm, username, groups, more);

beforeAll(async () => {
  if ("missing" in keycloak) return;
  await keycloakAnswers(keycloak);
  realm = await makeRealm(keycloak, 0);
  await addLoginClient(realm, server.url);
  await ask(
    `mutation($organization: String!, $settings: [SettingInput!]!) {
      addConnection(organization: $organization, kind: OIDC, slug: "sso", settings: $settings) { slug } }`,
    {
      settings: [
        { name: "issuer", value: `${keycloak.url}/realms/${realm.name}` },
        { name: "clientId", value: "rolebridge-login" },
        { name: "clientSecret", value: "only-for-tests" },
        { name: "preset", value: "keycloak" },
        { name: "absentIsEmpty", value: "true" },
      ],
    },
  );
  secret = await addApplication(ask);
  await publishMembers(ask);
}, 300_000);
afterAll(() => realm?.remove());

const entrance = (state = "from-the-shop") =>
  `${server.url}/login/acme/sso?${new URLSearchParams({ application: "shop", return_to: returnTo, state })}`;

/** The domain is the organization's, as if its TXT record had been looked up. */
const verified = (name: string) =>
  server.run(
    Effect.gen(function* () {
      const store = yield* Store;
      const [{ id } = { id: "" as OrganizationId }] = yield* listOrganizations();
      yield* store.tenant(id, (tx) =>
        Effect.promise(() =>
          sql`insert into scim_domain (organization_id, name, challenge, verified_at) values (${id}, ${name}, 'x', now())`.execute(
            tx.db,
          ),
        ),
      );
    }),
  );

/** Where a text stands in what is kept of people and their logins. */
const loginTablesWith = (text: string) =>
  server.run(
    Effect.gen(function* () {
      const store = yield* Store;
      const [{ id } = { id: "" as OrganizationId }] = yield* listOrganizations();
      return yield* store.tenant(id, (tx) =>
        Effect.promise(async () => {
          const found: Array<string> = [];
          for (const name of ["login", "login_code", "login_facts", "directory_user", "personal_value"]) {
            const { rows } = await sql`select 1 from ${sql.table(name)} t
              where position(${text} in t::text) > 0 limit 1`.execute(tx.db);
            if (rows.length > 0) found.push(name);
          }
          return found;
        }),
      );
    }),
  );

/** Signs in and gives where the browser was sent back to. */
const signIn = async (username: string) => {
  const browser = newBrowser();
  const form = await browser.follow(entrance());
  const sent = await browser.submit(form, { username, password: "only-for-tests" });
  const back = (url: string) => url.startsWith(returnTo);
  if (sent.location === null) throw new Error(`Keycloak did not sign in: ${sent.body.slice(0, 2_000)}`);
  return { browser, reply: sent.location, ended: await browser.follow(sent.location, back) };
};

const fetched = (code: string | null, token = secret) =>
  server.request("/login/exchange", {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ code }),
  });

const codeOf = (location: string | null) => new URL(location ?? "").searchParams.get("code");

const settings = (provisioning: string) =>
  ask(
    `mutation($organization: String!) {
      setLoginSettings(organization: $organization, connection: "sso", provisioning: ${provisioning}) { provisioning } }`,
  );

/** Changes what the connection is told; what is left out stays. */
const change = (name: string, value: string) =>
  ask(
    `mutation($organization: String!, $settings: [SettingInput!]!) {
      updateConnectionSettings(organization: $organization, connection: "sso", settings: $settings) { slug } }`,
    { settings: [{ name, value }] },
  );

const traceOf = async (page: string) => {
  const id = /<code>([0-9a-f-]{36})<\/code>/.exec(page)?.[1];
  const { organization } = await ask(
    `query($organization: String!, $id: ID!) {
      organization(slug: $organization) { login(id: $id) { outcome checks { name passed detail } } } }`,
    { id },
  );
  return organization.login;
};

describe.skipIf(missing)("a login with a real Keycloak", () => {
  it("creates the account with its roles, and a group that changed counts in the very next login", async () => {
    const id = await addPerson("ada", ["/team1"]);
    const first = await signIn("ada");
    const { searchParams } = new URL(first.ended.location ?? "");
    expect(searchParams.get("state")).toBe("from-the-shop");
    const answer = await fetched(searchParams.get("code"));
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      userName: "ada",
      email: "ada@acme.test",
      roles: [{ role: "member", scope: null }],
      organization: { slug: "acme" },
    });
    const [group] = await realm.admin.groups.find({ search: "team1", exact: true });
    await realm.admin.users.delFromGroup({ id, groupId: group?.id ?? "" });
    const second = await signIn("ada");
    const after = await fetched(codeOf(second.ended.location));
    expect(after.body).toMatchObject({ subject: answer.body.subject, roles: [] });
  }, 60_000);

  it("keeps the roles of whom it said nothing about, and says so", async () => {
    const id = await addPerson("bea", ["/team1"]);
    await signIn("bea");
    const [group] = await realm.admin.groups.find({ search: "team1", exact: true });
    await realm.admin.users.delFromGroup({ id, groupId: group?.id ?? "" });
    await change("absentIsEmpty", "false");
    const { ended } = await signIn("bea");
    await change("absentIsEmpty", "true");
    expect((await fetched(codeOf(ended.location))).body.roles).toEqual([{ role: "member", scope: null }]);
    const { organization } = await ask(
      `query($organization: String!) { organization(slug: $organization) { logins(first: 1) { outcome checks { name passed detail } } } }`,
    );
    expect(organization.logins[0].checks).toContainEqual({
      name: "groups",
      passed: true,
      detail: "The reply has no claim groups.",
    });
  }, 60_000);

  it("brings in nobody new where the connection says so", async () => {
    await addPerson("dan", []);
    await settings("NEVER");
    const { ended } = await signIn("dan");
    await settings("CREATE");
    expect(ended.status).toBe(403);
    expect((await traceOf(ended.body)).checks.at(-1)).toMatchObject({ name: "known", passed: false });
  }, 60_000);

  it("takes a reply once, and only in the browser that began the login", async () => {
    await addPerson("eve", []);
    const { browser, reply, ended } = await signIn("eve");
    expect(ended.status).toBe(303);
    expect((await browser.open(reply)).status).toBe(400);
    const other = newBrowser();
    const begun = await other.follow(entrance());
    const sent = await other.submit(begun, { username: "eve", password: "only-for-tests" });
    expect((await newBrowser().open(sent.location ?? "")).status).toBe(400);
    // The stranger used up nothing.
    expect((await other.open(sent.location ?? "")).status).toBe(303);
  }, 60_000);

  it("gives a code once, for a minute, to the application it is for", async () => {
    await addPerson("fay", []);
    const code = codeOf((await signIn("fay")).ended.location);
    const made = await ask(
      `mutation($organization: String!) {
        createApplication(organization: $organization, slug: "other", returnAddresses: ["https://other.acme.test/"]) { secret } }`,
    );
    expect((await fetched(code, made.createApplication.secret)).status).toBe(400);
    expect((await fetched(code, "rbl_nothing")).status).toBe(401);
    expect((await fetched(code)).status).toBe(200);
    expect((await fetched(code)).status).toBe(400);
  }, 60_000);

  it("sends nobody to an address that is not the application's", async () => {
    for (const address of [`${returnTo}/more`, "https://evil.test/", ""]) {
      const query = new URLSearchParams({ application: "shop", return_to: address });
      const { status, body } = await server.request(`/login/acme/sso?${query}`, { redirect: "manual" });
      expect(status).toBe(404);
      expect(body).not.toContain("evil");
    }
  });

  it("believes nothing but what the provider signed for this very login", async () => {
    await addPerson("gus", []);
    const other = newBrowser();
    const begun = await other.follow(entrance());
    const sent = await other.submit(begun, { username: "gus", password: "only-for-tests" });
    const reply = new URL(sent.location ?? "");
    // Somebody else's code in one's own login: PKCE and the nonce are of another one.
    const mine = newBrowser();
    await mine.follow(entrance());
    const begin = await mine.open(entrance());
    const state = new URL(begin.location ?? "").searchParams.get("state") ?? "";
    reply.searchParams.set("state", state);
    const { status, body } = await mine.open(reply.href);
    expect(status).toBe(403);
    expect((await traceOf(body)).outcome).toBe("REFUSED");
  }, 60_000);

  it("gives nobody another one's account for a name or an address that the provider does not vouch for", async () => {
    const { body: boss } = await server.scim("POST", "/Users", {
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
      userName: "boss",
      emails: [{ value: "boss@acme.test", primary: true }],
    });
    expect(boss.id).toBeDefined();
    await addPerson("boss", [], { email: "other@acme.test" });
    await addPerson("mallory", [], { email: "boss@acme.test", emailVerified: false });
    const subjects: Array<string> = [];
    for (const name of ["boss", "mallory"]) {
      const answer = await fetched(codeOf((await signIn(name)).ended.location));
      subjects.push(answer.body.subject);
      expect(answer.body.email).toBe(name === "boss" ? "other@acme.test" : null);
    }
    const { organization } = await ask(
      `query($organization: String!) { organization(slug: $organization) { accounts { items { id people { connection userName } } } } }`,
    );
    const joined = organization.accounts.items.filter(({ id }: { id: string }) => subjects.includes(id));
    expect(joined.map(({ people }: { people: ReadonlyArray<unknown> }) => people.length)).toEqual([1, 1]);
  }, 60_000);

  it("forgets whoever only signed in, and lets them come again as somebody new", async () => {
    await addPerson("hal", ["/team1"]);
    const first = await fetched(codeOf((await signIn("hal")).ended.location));
    const waiting = codeOf((await signIn("hal")).ended.location);
    await ask(
      `mutation($organization: String!, $account: String!) {
        eraseAccount(organization: $organization, account: $account, reason: "Request 7") { values } }`,
      { account: first.body.subject },
    );
    expect(await loginTablesWith("hal@acme.test")).toEqual([]);
    // That the account was erased, and why, is kept with the account's id.
    expect(await loginTablesWith(first.body.subject)).toEqual(["personal_value"]);
    expect((await fetched(waiting)).status).toBe(400);
    const again = await fetched(codeOf((await signIn("hal")).ended.location));
    expect(again.body).toMatchObject({ userName: "hal", roles: [{ role: "member" }] });
    expect(again.body.subject).not.toBe(first.body.subject);
  }, 60_000);

  it("asks a person about whom it refused because they may be somebody known, once", async () => {
    await server.scim("POST", "/Users", {
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
      userName: "i.d@acme.test",
      emails: [{ value: "ida@acme.test", primary: true }],
    });
    await addPerson("ida", []);
    await settings("UPDATE");
    const refused = [await signIn("ida"), await signIn("ida")];
    await settings("CREATE");
    expect(refused.map(({ ended }) => ended.status)).toEqual([403, 403]);
    const { organization } = await ask(
      `query($organization: String!) { organization(slug: $organization) { exceptions { kind subjectKind advice } } }`,
    );
    const about = organization.exceptions.filter(
      (one: { subjectKind: string }) => one.subjectKind === "account",
    );
    expect(about).toHaveLength(1);
    expect(about[0].advice).toContain("rolebridge login set sso --provision create");
  }, 60_000);

  it("refuses whom SCIM deactivated, with a reference that leads to the reason", async () => {
    await addPerson("cyd", ["/team1"]);
    const { body: user } = await server.scim("POST", "/Users", {
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
      userName: "c.d@acme.test",
      emails: [{ value: "cyd@acme.test", primary: true }],
      active: true,
    });
    await verified("acme.test");
    await ask(
      `mutation($organization: String!) { declareSameDirectory(organization: $organization, connections: ["scim", "sso"]) { slug } }`,
    );
    const before = await signIn("cyd");
    const known = await fetched(codeOf(before.ended.location));
    // SCIM tells of its people's groups, so the login does not.
    expect(known.body).toMatchObject({ userName: "cyd", email: "cyd@acme.test", roles: [] });
    const waiting = await signIn("cyd");
    await server.scim("PATCH", `/Users/${user.id}`, {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
      Operations: [{ op: "replace", path: "active", value: false }],
    });
    expect((await fetched(codeOf(waiting.ended.location))).status).toBe(400);
    const { ended } = await signIn("cyd");
    expect(ended.status).toBe(403);
    expect(ended.body).not.toContain("cyd");
    const trace = await traceOf(ended.body);
    expect(trace.outcome).toBe("REFUSED");
    expect(trace.checks.at(-1)).toMatchObject({ name: "active", passed: false });
  }, 60_000);
});
