/** Everything a realm says of people and groups, by bare requests that share nothing with the connector. */
import type { KeycloakServer } from "../../../support/keycloak.ts";

interface Named {
  readonly id: string;
  readonly name: string;
}

export interface Read {
  readonly users: ReadonlyArray<{
    readonly id: string;
    readonly name: string;
    readonly active: boolean;
    readonly email: string | null;
    readonly called: string;
  }>;
  readonly groups: ReadonlyArray<Named & { readonly kind: string; readonly parent: string | null }>;
  readonly memberships: ReadonlyArray<{ readonly group: string; readonly user: string }>;
}

interface User {
  readonly id: string;
  readonly username: string;
  readonly enabled: boolean;
  readonly email?: string;
  readonly firstName?: string;
  readonly lastName?: string;
}

interface Mappings {
  readonly realmMappings?: ReadonlyArray<Named>;
  readonly clientMappings?: Readonly<Record<string, { readonly mappings: ReadonlyArray<Named> }>>;
}

const tokenLasts = 30_000;

/** Asks as the server's administrator, and fails where an answer is not what was asked for. */
const asking = ({ url, user, password }: KeycloakServer, realm: string) => {
  let token = { value: "", until: 0 };
  const signedIn = async (): Promise<string> => {
    if (Date.now() < token.until) return token.value;
    const body = new URLSearchParams({
      ...{ grant_type: "password", client_id: "admin-cli" },
      ...{ username: user, password },
    });
    const answer = await fetch(`${url}/realms/master/protocol/openid-connect/token`, {
      method: "POST",
      body,
    });
    const { access_token } = (await answer.json()) as { access_token: string };
    token = { value: access_token, until: Date.now() + tokenLasts };
    return access_token;
  };
  return async <A>(path: string): Promise<A> => {
    const headers = { authorization: `Bearer ${await signedIn()}` };
    const answer = await fetch(`${url}/admin/realms/${realm}/${path}`, { headers });
    if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}`);
    return (await answer.json()) as A;
  };
};
type Ask = ReturnType<typeof asking>;

const all = "first=0&max=1000000";

const tree = async (ask: Ask, path: string, parent: string | null): Promise<Read["groups"]> => {
  const level = await ask<ReadonlyArray<Named>>(`${path}?${all}`);
  const nested: Array<Read["groups"][number]> = [];
  for (const { id, name } of level) {
    nested.push({ id, name, kind: "group", parent });
    nested.push(...(await tree(ask, `groups/${id}/children`, id)));
  }
  return nested;
};

const rolesOf = async (ask: Ask, realm: string): Promise<Read["groups"]> => {
  const ofRealm = await ask<ReadonlyArray<Named>>(`roles?${all}`);
  const fact = (kind: string, prefix: string) => (role: Named) => ({
    ...{ id: role.id, name: `${prefix}${role.name}` },
    ...{ kind, parent: null },
  });
  const roles = ofRealm
    .filter(({ name }) => name !== `default-roles-${realm.toLowerCase()}`)
    .map(fact("realm-role", ""));
  for (const { id, clientId } of await ask<ReadonlyArray<{ id: string; clientId: string }>>("clients")) {
    const ofClient = await ask<ReadonlyArray<Named>>(`clients/${id}/roles?${all}`);
    roles.push(...ofClient.map(fact("client-role", `${clientId}:`)));
  }
  return roles;
};

/** What somebody is directly in and holds directly. */
const heldBy = async (ask: Ask, id: string): Promise<ReadonlyArray<string>> => {
  const [groups, { realmMappings = [], clientMappings = {} }] = await Promise.all([
    ask<ReadonlyArray<Named>>(`users/${id}/groups?${all}`),
    ask<Mappings>(`users/${id}/role-mappings`),
  ]);
  const ofClients = Object.values(clientMappings).flatMap(({ mappings }) => mappings);
  return [...groups, ...realmMappings, ...ofClients].map((one) => one.id);
};

const atOnce = 6;

export const readRealm = async (server: KeycloakServer, realm: string): Promise<Read> => {
  const ask = asking(server, realm);
  const users = await ask<ReadonlyArray<User>>(`users?${all}&briefRepresentation=false`);
  const groups = [...(await tree(ask, "groups", null)), ...(await rolesOf(ask, realm))];
  const shown = new Set(groups.map(({ id }) => id));
  const memberships: Array<Read["memberships"][number]> = [];
  const left = users.map(({ id }) => id);
  const worker = async () => {
    for (let user = left.pop(); user !== undefined; user = left.pop())
      for (const group of await heldBy(ask, user)) if (shown.has(group)) memberships.push({ group, user });
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return {
    users: users.map((user) => ({
      ...{ id: user.id, name: user.username, active: user.enabled, email: user.email ?? null },
      called: [user.firstName, user.lastName].filter(Boolean).join(" "),
    })),
    groups,
    memberships,
  };
};

/** As comparable lines. */
export const linesOf = ({ users, groups, memberships }: Read) => ({
  users: users
    .map((one) => `${one.id} ${one.name} ${one.active} ${one.email ?? "-"} ${one.called}`)
    .toSorted(),
  groups: groups.map((one) => `${one.id} ${one.kind} ${one.parent ?? "-"} ${one.name}`).toSorted(),
  memberships: memberships.map((one) => `${one.group} ${one.user}`).toSorted(),
});
