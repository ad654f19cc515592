/** One realm role or client role given to a person or taken from them. Keycloak wants it by id and name together. */
import { Cache, Effect } from "effect";
import { ConnectorFailure } from "../../connector.ts";
import { effectiveClientRoles, effectiveRealmRoles, holdsNone, mappingsOf } from "../by-id/index.ts";
import { absent } from "../failure.ts";
import { naming, remedies } from "../lack.ts";
import { telling } from "../roles.ts";
import type { Role } from "../wire.ts";
import { addressable, already, changed, type Pair, type Place, send, unlessThere } from "./place.ts";

const refused = (detail: string) => new ConnectorFailure({ reason: "refused", detail });

const unread = refused(
  "This connection does not read client roles, so it does not write them. Switch on its setting clientRoles.",
);
const untold = refused(
  "This role is not read, because everybody holds it or its name is no name. Choose another one.",
);
const otherKind = new ConnectorFailure({
  reason: "missing",
  detail: "Keycloak has a role with this id, but of the other kind. Choose the role again.",
});

/** The address of the roles that a person holds in the realm, or of one client. */
const mapping = (id: string, { id: role, name, containerId }: Role) => ({
  id,
  clientUniqueId: containerId ?? "",
  roles: [{ id: role, name }],
});

const held = Effect.fnUntraced(function* ({ ask, settings }: Place, user: string, role: Role) {
  if (settings.effectiveRoles)
    return role.clientRole === true
      ? yield* effectiveClientRoles(ask, user, role.containerId ?? "")
      : yield* effectiveRealmRoles(ask, user);
  const { realmMappings = [], clientMappings = {} } = yield* mappingsOf(ask, user);
  return [...realmMappings, ...Object.values(clientMappings).flatMap(({ mappings }) => mappings)];
});

const find = Effect.fnUntraced(function* ({ roles, settings }: Place, { group: { id, kind } }: Pair) {
  if (kind === "client-role" && !settings.clientRoles) return yield* unread;
  const role = yield* Cache.get(roles, id);
  if ((role.clientRole === true) !== (kind === "client-role")) return yield* otherKind;
  return telling(settings.realm)(role) ? role : yield* untold;
});

const grant = ({ ask }: Place, user: string, role: Role) =>
  send(ask, "a role to be given", ({ users }) =>
    role.clientRole === true
      ? users.addClientRoleMappings(mapping(user, role))
      : users.addRealmRoleMappings(mapping(user, role)),
  );

/** Granting again emits an event again, so it is asked before; as the source reads it, directly or in any way. */
export const grantRole = (place: Place, pair: Pair) => {
  const { user, group } = pair;
  const act = Effect.gen(function* () {
    const role = yield* find(place, pair);
    const roles = yield* Effect.mapError(held(place, user, role), naming(remedies.viewUsers));
    if (roles.some(({ id }) => id === group.id)) return already(user);
    const again = Effect.gen(function* () {
      yield* Cache.invalidate(place.roles, group.id);
      yield* grant(place, user, yield* find(place, pair));
    });
    // 404 also where the name is not the role's any more: remembered before it was renamed.
    yield* Effect.catchIf(grant(place, user, role), absent, () => again);
    return changed(user);
  });
  return addressable([user, group.id], act);
};

const revoke = Effect.fnUntraced(function* (place: Place, { user, group }: Pair) {
  const { ask, canaries } = place;
  const mappings = yield* Effect.mapError(mappingsOf(ask, user), naming(remedies.viewUsers));
  if (holdsNone(mappings)) yield* canaries.holder;
  const { realmMappings = [], clientMappings = {} } = mappings;
  const realm = realmMappings.find(({ id }) => id === group.id);
  if (realm !== undefined)
    yield* send(ask, "a role to be taken", ({ users }) => users.delRealmRoleMappings(mapping(user, realm)));
  for (const { id: containerId, mappings } of Object.values(clientMappings)) {
    const role = mappings.find(({ id }) => id === group.id);
    if (role === undefined) continue;
    yield* send(ask, "a client role to be taken", ({ users }) =>
      users.delClientRoleMappings(mapping(user, { ...role, containerId })),
    );
    return changed(user);
  }
  return realm === undefined ? already(user) : changed(user);
});

/** Takes away what was given directly; what comes through a group or another role stays. */
export const revokeRole = (place: Place, pair: Pair) =>
  unlessThere(
    { user: pair.user, act: revoke(place, pair) },
    [pair.user, pair.group.id],
    Effect.andThen(place.canaries.user, place.canaries.role),
  );
