/** Realms on the test server, made by one import each and read by a bare client. */
import KeycloakAdminClient from "@keycloak/keycloak-admin-client";
import type { KeycloakServer } from "../../support/keycloak.ts";

export interface TestRealm {
  readonly admin: KeycloakAdminClient;
  readonly name: string;
  readonly settings: (clientId: string, baseUrl: string) => Record<string, unknown>;
  readonly remove: () => Promise<void>;
}

const secret = "only-for-tests";

const defaultRole = (realm: string) => `default-roles-${realm.toLowerCase()}`;

const account = (realm: string, clientId: string, roles: ReadonlyArray<string>) => ({
  client: {
    clientId,
    secret,
    enabled: true,
    publicClient: false,
    serviceAccountsEnabled: true,
    standardFlowEnabled: false,
  },
  user: {
    username: `service-account-${clientId}`,
    enabled: true,
    serviceAccountClientId: clientId,
    realmRoles: [defaultRole(realm)],
    clientRoles: { "realm-management": [...roles] },
  },
});

/**
 * `reader` and `writer` have what the guide asks for, `blind` lost view-users, `roleless` lost view-realm and
 * view-clients, `deaf` view-events. `hub` also sees organizations; `listless` sees them
 * and not who is in them.
 */
const accountsOf = (realm: string) => [
  account(realm, "reader", ["view-users", "view-realm", "view-clients", "view-events"]),
  account(realm, "blind", ["query-users", "query-groups", "view-realm", "view-clients", "view-events"]),
  account(realm, "roleless", ["view-users", "view-events"]),
  account(realm, "writer", ["view-users", "view-realm", "view-clients", "manage-users"]),
  account(realm, "deaf", ["view-users", "view-realm", "view-clients"]),
  account(realm, "hub", ["view-users", "view-realm", "view-clients", "view-events", "view-organizations"]),
  account(realm, "listless", ["query-users", "view-realm", "view-clients", "view-organizations"]),
];

const people = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    username: `person${String(i).padStart(5, "0")}`,
    enabled: i % 50 !== 7,
    ...(i % 9 === 0 ? {} : { firstName: `First${i}`, lastName: `Last${i}`, email: `person${i}@acme.test` }),
    groups: [
      `/team${i % 10}`,
      ...(i % 4 === 0 ? ["/team0/core"] : []),
      ...(i % 25 === 0 ? ["/team0/core/inner"] : []),
    ],
    realmRoles: i % 3 === 0 ? ["auditor"] : i % 7 === 0 ? ["a/b c"] : [],
    clientRoles: i % 5 === 0 ? { shop: ["editor"] } : {},
  }));

const groups = (teams: number) =>
  Array.from({ length: teams }, (_, i) => ({
    name: `team${i}`,
    subGroups: i === 0 ? [{ name: "core", subGroups: [{ name: "inner" }] }, { name: "x/y" }] : [],
  }));

/** An administrator of the server, whose token is renewed at its own realm however long the suite takes. */
export const signIn = async ({ url, user, password }: KeycloakServer) => {
  const master = new KeycloakAdminClient({ baseUrl: url, realmName: "master" });
  const admin = new KeycloakAdminClient({ baseUrl: url, realmName: "master" });
  let since = 0;
  const getAccessToken = async () => {
    if (Date.now() - since > 30_000) {
      await master.auth({ grantType: "password", clientId: "admin-cli", username: user, password });
      since = Date.now();
    }
    return master.accessToken;
  };
  admin.registerTokenProvider({ getAccessToken });
  return admin;
};

export const makeRealm = async (server: KeycloakServer, users: number, teams = 10): Promise<TestRealm> => {
  const name = `Acme-${crypto.randomUUID().slice(0, 8)}`;
  const admin = await signIn(server);
  const accounts = accountsOf(name);
  await admin.realms.create({
    realm: name,
    enabled: true,
    roles: {
      realm: [{ name: "auditor" }, { name: "a/b c" }],
      client: { shop: [{ name: "editor" }, { name: "view/all" }] },
    },
    groups: groups(teams),
    clients: [...accounts.map(({ client }) => client), { clientId: "shop", enabled: true }],
    users: [...people(users), ...accounts.map(({ user }) => user)],
  });
  admin.setConfig({ realmName: name });
  return {
    admin,
    name,
    settings: (clientId, baseUrl) => ({
      baseUrl,
      realm: name,
      clientId,
      clientSecret: secret,
      pageSize: 100,
    }),
    remove: () => admin.realms.del({ realm: name }),
  };
};

interface Bare {
  readonly users: ReadonlyArray<string>;
  readonly groups: ReadonlyArray<string>;
  readonly memberships: ReadonlyArray<string>;
}

/** Person by person, the slow way, so that it shares no path with the connector. */
export const readBare = async (admin: KeycloakAdminClient): Promise<Bare> => {
  const users = await admin.users.find({ max: -1, briefRepresentation: false });
  const memberships: Array<string> = [];
  const groups = new Set<string>();
  for (const { id = "" } of users) {
    const roles = await admin.users.listRoleMappings({ id });
    const clientRoles = Object.values(roles.clientMappings ?? {}).flatMap(({ mappings }) => mappings);
    const told = (roles.realmMappings ?? []).filter((role) => !role.name?.startsWith("default-roles-"));
    for (const held of [...(await admin.users.listGroups({ id })), ...told, ...clientRoles]) {
      memberships.push(`${held.id} ${id}`);
      groups.add(held.id ?? "");
    }
  }
  const enabled = users.map((user) => `${user.id} ${user.username} ${user.email ?? "-"} ${user.enabled}`);
  return { users: enabled.sort(), groups: [...groups].sort(), memberships: memberships.sort() };
};

/** Every role of everybody in the realm's own words, asked for person by person and client by client. */
export const readEffective = async (admin: KeycloakAdminClient): Promise<ReadonlyArray<string>> => {
  const clients = await admin.clients.find();
  const held: Array<string> = [];
  for (const { id = "" } of await admin.users.find({ max: -1 })) {
    const realm = await admin.users.listCompositeRealmRoleMappings({ id });
    const ofClients = clients.map((client) =>
      admin.users.listCompositeClientRoleMappings({ id, clientUniqueId: client.id ?? "" }),
    );
    const told = realm.filter((role) => !role.name?.startsWith("default-roles-"));
    for (const role of [...told, ...(await Promise.all(ofClients)).flat()]) held.push(`${role.id} ${id}`);
  }
  return held.sort();
};

/** Everyone, and who is in each group and holds each role, each list whole in one answer: for realms of any size. */
export const readBareByGroup = async (admin: KeycloakAdminClient) => {
  const users = await admin.users.find({ max: -1 });
  const shown = new Set(users.map(({ id }) => id));
  const memberships: Array<string> = [];
  const keep = (group: string, members: ReadonlyArray<{ readonly id?: string }>) => {
    for (const { id } of members) if (shown.has(id)) memberships.push(`${group} ${id}`);
  };
  const walk = async (groups: ReadonlyArray<{ readonly id?: string; readonly subGroupCount?: number }>) => {
    for (const { id = "", subGroupCount } of groups) {
      keep(id, await admin.groups.listMembers({ id, max: -1 }));
      if (subGroupCount !== 0) await walk(await admin.groups.listSubGroups({ parentId: id, max: -1 }));
    }
  };
  await walk(await admin.groups.find({ max: -1 }));
  const realmRoles = (await admin.roles.find({ max: -1 })) as Array<{ id: string; name: string }>;
  for (const { id, name } of realmRoles) {
    if (name.startsWith("default-roles-")) continue;
    keep(id, await admin.roles.findUsersWithRole({ name, max: -1 }));
  }
  for (const { id: client = "" } of await admin.clients.find()) {
    for (const { id = "", name: roleName = "" } of await admin.clients.listRoles({ id: client })) {
      keep(id, await admin.clients.findUsersWithRole({ id: client, roleName, max: -1 }));
    }
  }
  return {
    users: users.map(({ id, username, enabled }) => `${id} ${username} ${enabled}`).toSorted(),
    memberships: memberships.toSorted(),
  };
};
