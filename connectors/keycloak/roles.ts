/** Realm roles and client roles as groups of their kind, and who holds each directly. */
import { Effect, Schema } from "effect";
import type { ConnectorFailure, GroupFact } from "../connector.ts";
import type { Ask } from "./client.ts";
import { forbidden, naming, remedies } from "./lack.ts";
import { collected } from "./listing.ts";
import type { Settings } from "./settings.ts";
import { Client, clientRoleFact, Identified, Role, RoleMappings, realmRoleFact } from "./wire.ts";

const Roles = Schema.Array(Role);
const people = Schema.Array(Identified);
const pageSize = 1000;

/** A role and the question who holds it. */
export interface Held {
  readonly fact: GroupFact;
  readonly holders: Effect.Effect<ReadonlyArray<{ readonly id: string }>, ConnectorFailure>;
}

/** Everybody holds the realm's default role, so it says nothing about anybody, and costs a row for each. */
const telling = (realm: string) => (role: Role) =>
  role.clientRole === true || role.name !== `default-roles-${realm.toLowerCase()}`;

const realmRoles = Effect.fn("keycloak.realmRoles")(function* (ask: Ask, realm: string) {
  const roles = yield* collected("realm roles", pageSize, (window) =>
    ask("realm roles", Roles, (client) => client.roles.find(window)),
  );
  // No realm is without its default role.
  if (roles.length === 0) return yield* forbidden("Keycloak lists no realm role.", remedies.viewRealm);
  return roles.filter(telling(realm)).map(
    (role): Held => ({
      fact: realmRoleFact(role),
      holders: collected("holders of a role", pageSize, (window) =>
        ask("holders of a role", people, (client) =>
          client.roles.findUsersWithRole({ name: role.name, ...window, briefRepresentation: true }),
        ),
      ),
    }),
  );
});

const rolesOfClient = (ask: Ask) =>
  Effect.fnUntraced(function* (owner: Client) {
    const roles = yield* collected("client roles", pageSize, (window) =>
      ask("client roles", Roles, (client) => client.clients.listRoles({ id: owner.id, ...window })),
    );
    return roles.map(
      (role): Held => ({
        fact: clientRoleFact(owner.clientId, role),
        holders: collected("holders of a client role", pageSize, (window) =>
          ask("holders of a client role", people, (client) =>
            client.clients.findUsersWithRole({
              id: owner.id,
              roleName: role.name,
              ...window,
              briefRepresentation: true,
            }),
          ),
        ),
      }),
    );
  });

/** Clients are filtered silently too, but this connection's own client must be among them. */
export const listClients = Effect.fn("keycloak.listClients")(function* (ask: Ask, settings: Settings) {
  const clients = yield* collected("clients", 200, (window) =>
    ask("clients", Schema.Array(Client), (client) => client.clients.find(window)),
  );
  if (clients.some(({ clientId }) => clientId === settings.clientId)) return clients;
  return yield* forbidden("Keycloak does not list all clients.", remedies.viewClients);
});

export const listRoles = Effect.fn("keycloak.listRoles")(function* (ask: Ask, settings: Settings) {
  const realm = yield* Effect.mapError(realmRoles(ask, settings.realm), naming(remedies.viewRealm));
  if (!settings.clientRoles) return realm;
  const clients = yield* listClients(ask, settings).pipe(
    Effect.flatMap((all) => Effect.forEach(all, rolesOfClient(ask), { concurrency: settings.concurrency })),
    Effect.mapError(naming(remedies.viewClients)),
  );
  return [...realm, ...clients.flat()];
});

export const mappingsOf = (ask: Ask, id: string) =>
  ask("roles of a user", RoleMappings, (client) => client.users.listRoleMappings({ id }));

export const holdsNone = ({ realmMappings = [], clientMappings = {} }: RoleMappings) =>
  realmMappings.length === 0 && Object.keys(clientMappings).length === 0;

/** The roles among them that `listRoles` lists too. */
export const rolesIn = (settings: Settings, held: RoleMappings): ReadonlyArray<GroupFact> => {
  const realm = (held.realmMappings ?? []).filter(telling(settings.realm)).map(realmRoleFact);
  if (!settings.clientRoles) return realm;
  const clients = Object.values(held.clientMappings ?? {}).flatMap(({ client, mappings }) =>
    mappings.map((role) => clientRoleFact(client, role)),
  );
  return [...realm, ...clients];
};
