/** Realm roles and client roles as groups of their kind, and who holds each directly. */
import { Effect, Schema } from "effect";
import type { ConnectorFailure, GroupFact } from "../connector.ts";
import type { Ask } from "./client.ts";
import { unlessDeleted } from "./failure.ts";
import { forbidden, naming, remedies } from "./lack.ts";
import { collected, type Page } from "./listing/index.ts";
import type { Settings } from "./settings.ts";
import { Client, clientRoleFact, Identified, Member, Role, realmRoleFact } from "./wire.ts";

const Roles = Schema.Array(Role);
const people = Schema.Array(Member);
const parts = Schema.Array(Identified);
const pageSize = 1000;

/** A role and the question who holds it directly. */
export interface Held {
  readonly role: Role;
  /** Name of the client it belongs to. */
  readonly client: string | null;
  readonly fact: GroupFact;
  /** Does the source say of anybody that they hold it? If not, it matters for what it is composed of. */
  readonly told: boolean;
  readonly holders: Effect.Effect<ReadonlyArray<Member>, ConnectorFailure>;
}

/**
 * Can Keycloak be asked who holds it? Only by name, as part of an address, where these names mean another place: who
 * holds `..` would be everybody in the realm. Such a role is told of nobody.
 */
export const askable = ({ name }: Role) => name !== "" && name !== "." && name !== "..";

/** Everybody holds the realm's default role, so it says nothing about anybody, and costs a row for each. */
export const telling = (realm: string) => (role: Role) =>
  askable(role) && (role.clientRole === true || role.name !== `default-roles-${realm.toLowerCase()}`);

const ofRealm =
  (ask: Ask, { name }: Role): Page<Member> =>
  (window) =>
    ask("holders of a role", people, (client) =>
      client.roles.findUsersWithRole({ name, ...window, briefRepresentation: true }),
    );

const ofClient =
  (ask: Ask, id: string, { name: roleName }: Role): Page<Member> =>
  (window) =>
    ask("holders of a client role", people, (client) =>
      client.clients.findUsersWithRole({ id, roleName, ...window, briefRepresentation: true }),
    );

/** Who holds an askable role directly; `client` is the id of the one it belongs to. */
export const holdersOf = (ask: Ask, role: Role, client: string | null) =>
  collected(
    "holders of a role",
    pageSize,
    client === null ? ofRealm(ask, role) : ofClient(ask, client, role),
  );

const unlessGone = (ask: Ask, role: Role, client: string | null): Held["holders"] =>
  askable(role) ? unlessDeleted(holdersOf(ask, role, client)) : Effect.succeed([]);

const realmRoles = Effect.fn("keycloak.realmRoles")(function* (ask: Ask, realm: string) {
  const roles = yield* collected("realm roles", pageSize, (window) =>
    ask("realm roles", Roles, (client) => client.roles.find(window)),
  );
  // No realm is without its default role.
  if (roles.length === 0) return yield* forbidden("Keycloak lists no realm role.", remedies.viewRealm);
  return roles.map(
    (role): Held => ({
      role,
      client: null,
      fact: realmRoleFact(role),
      told: telling(realm)(role),
      holders: unlessGone(ask, role, null),
    }),
  );
});

const rolesOfClient = (ask: Ask, told: boolean) =>
  Effect.fnUntraced(function* (owner: Client) {
    const roles = yield* unlessDeleted(
      collected("client roles", pageSize, (window) =>
        ask("client roles", Roles, (client) => client.clients.listRoles({ id: owner.id, ...window })),
      ),
    );
    return roles.map(
      (role): Held => ({
        role,
        client: owner.clientId,
        fact: clientRoleFact(owner.clientId, role),
        told: told && askable(role),
        holders: unlessGone(ask, role, owner.id),
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

const clientRoles = (ask: Ask, settings: Settings) =>
  listClients(ask, settings).pipe(
    Effect.flatMap((all) =>
      Effect.forEach(all, rolesOfClient(ask, settings.clientRoles), { concurrency: settings.concurrency }),
    ),
    Effect.map((lists) => lists.flat()),
    Effect.mapError(naming(remedies.viewClients)),
  );

/** All roles that matter: a role of a client can be composed of roles of the realm. */
export const listRoles = Effect.fn("keycloak.listRoles")(function* (ask: Ask, settings: Settings) {
  const realm = Effect.mapError(realmRoles(ask, settings.realm), naming(remedies.viewRealm));
  if (!settings.clientRoles && !settings.effectiveRoles) return yield* realm;
  const both = yield* Effect.all([realm, clientRoles(ask, settings)], { concurrency: 2 });
  return both.flat();
});

/** What a composite role is directly composed of. */
export const partsOf = (ask: Ask, { id }: Role) =>
  Effect.mapError(
    unlessDeleted(
      ask("the parts of a composite role", parts, (client) => client.roles.getCompositeRoles({ id })),
    ),
    naming(remedies.viewClients),
  );
