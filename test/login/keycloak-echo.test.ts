/** Invariant 2 with a real Keycloak: a role that we wrote into a realm is no reason for itself when somebody signs in there. */
import { Effect } from "effect";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import type { ConnectionId, OrganizationId } from "../../src/domain/index.ts";
import {
  listConnections,
  listOrganizations,
  listPushes,
  Store,
  type TenantTx,
} from "../../src/store/index.ts";
import { askForRun, performPush } from "../../src/sync/index.ts";
import type { TestRealm } from "../connectors/keycloak/realm.ts";
import { asker } from "../rest/support.ts";
import { keycloakAnswers } from "../support/keycloak.ts";
import { startServer } from "../support/server.ts";
import { addApplication, addLoginClient, newRealm, oidcSettings, password, signIn } from "./setting.ts";

const keycloak = inject("keycloak");
const missing = "missing" in keycloak;
const server = await startServer(missing ? {} : { ROLEBRIDGE_ALLOWED_ORIGINS: keycloak.url });
const ask = asker(server);
let realm: TestRealm;
let secret = "";
let team = "";
let issuer = "";

beforeAll(async () => {
  if ("missing" in keycloak) return;
  await keycloakAnswers(keycloak);
  realm = await newRealm(keycloak);
  issuer = `${keycloak.url}/realms/${realm.name}`;
  await addLoginClient(realm, server.url);
  secret = await addApplication(ask);
  team = (await realm.admin.groups.find({ search: "team1", exact: true }))[0]?.id ?? "";
  const settings = Object.entries(realm.settings("writer", keycloak.url)).map(([name, value]) => ({
    name,
    value: String(value),
  }));
  await ask(
    `mutation($organization: String!, $settings: [SettingInput!]!) {
      addConnection(organization: $organization, kind: KEYCLOAK, slug: "kc", unchecked: true, every: null, settings: $settings) { slug } }`,
    { settings },
  );
  await ask(
    `mutation($organization: String!) { createRole(organization: $organization, key: "builder") { key } }`,
  );
}, 300_000);
afterAll(() => realm?.remove());

const within = <A, E>(work: (id: OrganizationId, tx: TenantTx) => Effect.Effect<A, E>) =>
  server.run(
    Effect.gen(function* () {
      const store = yield* Store;
      const [{ id } = { id: "" as OrganizationId }] = yield* listOrganizations();
      return yield* store.tenant(id, (tx) => work(id, tx));
    }),
  );

const push = async () => {
  const [organization, connection] = await within((id, tx) =>
    Effect.map(listConnections(tx), (rows): readonly [OrganizationId, ConnectionId | undefined] => [
      id,
      rows.find(({ slug }) => slug === "kc")?.id,
    ]),
  );
  if (connection === undefined) return;
  await within((_, tx) => askForRun(tx, connection, null, null));
  // The server's own worker may be reading it: nothing is written before that went well.
  await vi.waitFor(
    async () => {
      await server.run(performPush(organization, connection));
      expect(await pushTrouble()).toEqual([{ reason: null, detail: null }]);
    },
    { timeout: 60_000, interval: 500 },
  );
};

/** The server's own worker may be the one that writes. */
const writtenTo = (username: string): Promise<string> =>
  vi.waitFor(
    async () => {
      const [{ id = "" } = {}] = await realm.admin.users.find({ username, exact: true });
      expect((await realm.admin.users.listGroups({ id })).map(({ path }) => path)).toEqual(["/team1"]);
      return id;
    },
    { timeout: 60_000, interval: 500 },
  );

const pushTrouble = () =>
  within((_, tx) =>
    Effect.map(listPushes(tx), (all) => all.map(({ reason, detail }) => ({ reason, detail }))),
  );

const addSso = (sameDirectoryAs: string | null) =>
  ask(
    `mutation($organization: String!, $settings: [SettingInput!]!, $sameDirectoryAs: String) {
      addConnection(organization: $organization, kind: OIDC, slug: "sso", settings: $settings, sameDirectoryAs: $sameDirectoryAs) {
        sameDirectoryAs } }`,
    { ...oidcSettings(issuer), sameDirectoryAs },
  );

const setMode = (mode: string) =>
  ask(
    `mutation($organization: String!, $roles: [PushedRoleInput!]) {
      setPush(organization: $organization, connection: "kc", mode: ${mode}, creates: WITH_ROLES, roles: $roles) { slug } }`,
    { roles: [{ role: "builder", group: team, kind: "GROUP" }] },
  );

const declare = (connections: ReadonlyArray<string>) =>
  ask(
    `mutation($organization: String!, $connections: [String!]!) {
      declareSameDirectory(organization: $organization, connections: $connections) { slug } }`,
    { connections },
  );

const switchSso = (enabled: boolean) =>
  ask(
    `mutation($organization: String!, $enabled: Boolean!) {
      setConnectionEnabled(organization: $organization, connection: "sso", enabled: $enabled) { slug } }`,
    { enabled },
  );

/** As if two had changed it at once, each seeing the other's as it was. */
const forceApart = () =>
  within((_, tx) =>
    Effect.promise(() =>
      sql`update connection set directory_id = id where organization_id = ${tx.organization} and slug = 'sso'`.execute(
        tx.db,
      ),
    ),
  );

const declaring = /Declare the two one directory: rolebridge connection same-directory kc sso/;

describe.skipIf(missing)("a realm that is written and signed in at", () => {
  it("is refused until the two are declared one directory, from whichever side it comes", async () => {
    await setMode("ENFORCE");
    await expect(addSso(null)).rejects.toThrow(declaring);
    expect((await addSso("kc")).addConnection.sameDirectoryAs).toEqual(["kc"]);
    await expect(declare(["sso"])).rejects.toThrow(declaring);
    await setMode("OBSERVE");
    await declare(["sso"]);
    await expect(setMode("ENFORCE")).rejects.toThrow(declaring);
    await switchSso(false);
    await setMode("ENFORCE");
    await expect(switchSso(true)).rejects.toThrow(declaring);
    await declare(["kc", "sso"]);
    await switchSso(true);
  }, 120_000);

  it("gives no role by what we wrote there: it ends with the rule's own reason", async () => {
    const rules = [
      { id: "eng", when: { externalGroup: { connection: "scim", id: "eng" } }, grant: ["builder"] },
      { id: "echo", when: { externalGroup: { connection: "sso", id: "/team1" } }, grant: ["builder"] },
    ];
    await ask(
      `mutation($organization: String!, $document: JSON!) { draftMapping(organization: $organization, document: $document) { version } }`,
      { document: { rules } },
    );
    await ask(`mutation($organization: String!) { publishMapping(organization: $organization) { version } }`);
    const { body: ada } = await server.scim("POST", "/Users", {
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
      userName: "ada",
      emails: [{ value: "ada@acme.test", primary: true }],
      name: { givenName: "Ada", familyName: "Test" },
    });
    const { body: eng } = await server.scim("POST", "/Groups", {
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
      displayName: "Engineering",
      externalId: "eng",
      members: [{ value: ada.id }],
    });
    await push();
    const id = await writtenTo("ada");
    await realm.admin.users.resetPassword({
      id,
      credential: { type: "password", value: password, temporary: false },
    });
    await forceApart();
    const first = await signIn(server, secret, "ada");
    expect(first.answer).toMatchObject({ userName: "ada", roles: [] });
    const { organization } = await ask(
      `query($organization: String!) { organization(slug: $organization) { logins(first: 1) { checks { name detail } } } }`,
    );
    expect(organization.logins[0].checks).toContainEqual({
      name: "groups",
      detail: "No groups were taken: the connection kc writes them there. Declare the two one directory.",
    });
    const { organization: people } = await ask(
      `query($organization: String!) { organization(slug: $organization) { accounts { items { id people { connection } } } } }`,
    );
    const other = people.accounts.items.find(
      ({ people: of }: { people: ReadonlyArray<{ connection: string }> }) =>
        of.some(({ connection }) => connection === "scim"),
    );
    await ask(
      `mutation($organization: String!, $account: String!, $other: String!) {
        mergeAccounts(organization: $organization, account: $account, other: $other, apply: true) { __typename } }`,
      { account: other.id, other: first.answer.subject },
    );
    expect((await signIn(server, secret, "ada")).answer.roles).toEqual([{ role: "builder", scope: null }]);
    await server.scim("PATCH", `/Groups/${eng.id}`, {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
      Operations: [{ op: "remove", path: `members[value eq "${ada.id}"]` }],
    });
    // It is still there, and comes along in the token.
    expect((await realm.admin.users.listGroups({ id })).map(({ path }) => path)).toEqual(["/team1"]);
    expect((await signIn(server, secret, "ada")).answer.roles).toEqual([]);
  }, 120_000);
});
