/** A large realm on a real Keycloak, and an organization that reads it on a PostgreSQL of its own. */
import KeycloakAdminClient from "@keycloak/keycloak-admin-client";
import { Effect, Redacted } from "effect";
import { connectors } from "../connectors/index.ts";
import { addConnection, addSyncState, newId, putSecret, Store } from "../src/store/index.ts";
import { makeDatabase, makeRoles, programs, startPrivate } from "../test/support/private-postgres.ts";
import { newOrganization, openWorld, publishRules } from "../test/support/world.ts";

export const url = process.env["TEST_KEYCLOAK_URL"] ?? "http://127.0.0.1:8080";
const [username = "admin", password = "admin"] = (process.env["TEST_KEYCLOAK_ADMIN"] ?? "admin:admin").split(
  ":",
);
export const secret = "only-for-the-benchmark";

/** An administrator whose token is renewed however long it takes. */
export const signIn = () => {
  const [master, admin] = ["master", "master"].map(
    (realmName) => new KeycloakAdminClient({ baseUrl: url, realmName }),
  );
  if (master === undefined || admin === undefined) throw new Error("no client");
  let since = 0;
  admin.registerTokenProvider({
    getAccessToken: async () => {
      if (Date.now() - since > 30_000) {
        await master.auth({ grantType: "password", clientId: "admin-cli", username, password });
        since = Date.now();
      }
      return master.accessToken;
    },
  });
  return admin;
};

const groupsOfOne = 5;

const person = (i: number, groups: number) => ({
  username: `person${String(i).padStart(6, "0")}`,
  enabled: true,
  firstName: `First${i}`,
  lastName: `Last${i}`,
  email: `person${i}@acme.test`,
  groups: Array.from({ length: groupsOfOne }, (_, k) => `/team${(i + k * 37) % groups}`),
});

/** `people` people, each in five of `groups` groups, and an empty group `hot`; events are recorded. */
export const makeRealm = async (admin: KeycloakAdminClient, people: number, groups: number) => {
  const realm = `bench-${crypto.randomUUID().slice(0, 8)}`;
  await admin.realms.create({
    realm,
    enabled: true,
    adminEventsEnabled: true,
    eventsEnabled: true,
    groups: [...Array.from({ length: groups - 1 }, (_, i) => ({ name: `team${i}` })), { name: "hot" }],
    clients: [{ clientId: "reader", secret, publicClient: false, serviceAccountsEnabled: true }],
    users: [
      {
        username: "service-account-reader",
        enabled: true,
        serviceAccountClientId: "reader",
        clientRoles: { "realm-management": ["view-users", "view-realm", "view-clients", "view-events"] },
      },
    ],
  });
  const all = Array.from({ length: people }, (_, i) => person(i, groups - 1));
  for (let i = 0; i < all.length; i += 500) {
    const rep = { ifResourceExists: "FAIL", users: all.slice(i, i + 500) } as never;
    await admin.realms.partialImport({ realm, rep });
  }
  return realm;
};

export const settingsOf = (realm: string) => ({
  baseUrl: url,
  realm,
  clientId: "reader",
  clientSecret: secret,
});

/** An organization on a PostgreSQL of its own that reads the realm. Whoever is in `hot` has the role `hot`. */
export const startReader = async (realm: string) => {
  const bin = programs();
  if (bin === undefined) throw new Error("This benchmark needs PostgreSQL's programs.");
  const postgres = await startPrivate(bin);
  await makeRoles(postgres.url);
  const { at } = await makeDatabase(postgres.url, "bench");
  const world = await openWorld(
    {
      _tag: "Server",
      url: Redacted.make(at("rb_login")),
      migrationUrl: Redacted.make(at("rb_owner")),
      connections: 5,
    },
    connectors,
  );
  const { clientSecret, ...settings } = settingsOf(realm);
  const made = Effect.gen(function* () {
    const { id: organization } = yield* newOrganization();
    const store = yield* Store;
    const connection = yield* store.tenant(
      organization,
      Effect.fnUntraced(function* (tx) {
        const id = yield* addConnection(tx, { kind: "keycloak", slug: "kc", name: newId(), settings });
        yield* addSyncState(tx, id, null);
        yield* putSecret(tx, id, "clientSecret", Redacted.make(clientSecret));
        return id;
      }),
    );
    const rules = [{ id: "hot", when: { groupName: { equals: "hot" } }, grant: ["hot"] }];
    yield* publishRules(organization, ["hot"], rules);
    return { organization, connection };
  });
  const stop = async () => {
    await world.dispose();
    await postgres.stop();
  };
  return { world, ...(await world.runPromise(made)), stop, postgres: postgres.pid };
};
export type Reader = Awaited<ReturnType<typeof startReader>>;

export const part = (all: ReadonlyArray<number>, share: number) =>
  all.toSorted((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * share))] ?? Number.NaN;
