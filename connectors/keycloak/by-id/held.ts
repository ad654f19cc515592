/** The roles one person holds, as everyone's are told: directly, or with the setting effectiveRoles in any way. */
import { Effect, Schema } from "effect";
import { ConnectorFailure, type GroupFact } from "../../connector.ts";
import type { Ask } from "../client.ts";
import { absent } from "../failure.ts";
import { askable, listClients, telling } from "../roles.ts";
import type { Settings } from "../settings.ts";
import { findUser } from "../users.ts";
import { type Client, clientRoleFact, Role, RoleMappings, realmRoleFact } from "../wire.ts";

const Roles = Schema.Array(Role);

export const mappingsOf = (ask: Ask, id: string) =>
  ask("roles of a user", RoleMappings, (client) => client.users.listRoleMappings({ id }));

export const holdsNone = ({ realmMappings = [], clientMappings = {} }: RoleMappings) =>
  realmMappings.length === 0 && Object.keys(clientMappings).length === 0;

export const effectiveRealmRoles = (ask: Ask, id: string) =>
  ask("effective roles of a user", Roles, (client) => client.users.listCompositeRealmRoleMappings({ id }));

const changed = new ConnectorFailure({
  reason: "conflict",
  detail: "A client was deleted while the roles of a user were asked for. The next run asks again.",
});

export const effectiveClientRoles = (ask: Ask, id: string, clientUniqueId: string) =>
  ask("effective client roles of a user", Roles, (client) =>
    client.users.listCompositeClientRoleMappings({ id, clientUniqueId }),
  ).pipe(
    // 404 for the client as for the person: only the person's own absence may be taken for it.
    Effect.catchIf(absent, () => Effect.andThen(findUser(ask, id), changed)),
  );

export const direct = (settings: Settings, held: RoleMappings): ReadonlyArray<GroupFact> => {
  const realm = (held.realmMappings ?? []).filter(telling(settings.realm)).map(realmRoleFact);
  if (!settings.clientRoles) return realm;
  const clients = Object.values(held.clientMappings ?? {}).flatMap(({ client, mappings }) =>
    mappings.filter(askable).map((role) => clientRoleFact(client, role)),
  );
  return [...realm, ...clients];
};

const effective = Effect.fn("keycloak.effective")(function* (ask: Ask, settings: Settings, id: string) {
  const realm = (yield* effectiveRealmRoles(ask, id)).filter(telling(settings.realm)).map(realmRoleFact);
  if (!settings.clientRoles) return realm;
  const ofClient = (client: Client) =>
    Effect.map(effectiveClientRoles(ask, id, client.id), (roles) =>
      roles.filter(askable).map((role) => clientRoleFact(client.clientId, role)),
    );
  const clients = yield* listClients(ask, settings);
  const held = yield* Effect.forEach(clients, ofClient, { concurrency: settings.concurrency });
  return [...realm, ...held.flat()];
});

/** One request, or where roles are effective one for each client and two more. */
export const rolesOf = (ask: Ask, settings: Settings, id: string) =>
  settings.effectiveRoles
    ? effective(ask, settings, id)
    : Effect.map(mappingsOf(ask, id), (held) => direct(settings, held));
