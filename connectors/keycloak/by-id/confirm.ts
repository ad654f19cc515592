/** Asks by id whether what a list did not show is really gone. "Not found" is believed only beside a canary. */
import { Effect } from "effect";
import type { Confirmed, ConnectorFailure, GroupFact, Suspect } from "../../connector.ts";
import type { Ask } from "../client.ts";
import { absent } from "../failure.ts";
import { groupsOf } from "../groups.ts";
import { forbidden, naming, remedies } from "../lack.ts";
import { isOfOrganization } from "../organizations/index.ts";
import { askable } from "../roles.ts";
import { findUser, isPerson } from "../users.ts";
import { GroupCount } from "../wire.ts";
import { type Canaries, findGroup, findRole } from "./canary.ts";
import { direct, effectiveClientRoles, effectiveRealmRoles, holdsNone, mappingsOf } from "./held.ts";
import { isNotIn, organizationGone, organizationsHeld } from "./organization.ts";
import type { Place } from "./place.ts";

type Of<Tag extends Suspect["_tag"]> = Extract<Suspect, { _tag: Tag }>;
type Ids = ReadonlyArray<string>;

/** `gone` where Keycloak has no such thing and the canary answers, else what `look` says. */
const unlessMissing = (
  look: Effect.Effect<Ids, ConnectorFailure>,
  canary: Canaries[keyof Canaries],
  gone: Ids,
  remedy = remedies.viewUsers,
) =>
  look.pipe(
    Effect.mapError(naming(remedy)),
    Effect.catchIf(absent, () => Effect.as(canary, gone)),
  );

const user = ({ ask, canaries }: Place, { id }: Of<"User">) => {
  const look = Effect.flatMap(findUser(ask, id), (found) => isPerson(ask, found));
  const person = Effect.flatMap(look, (is) => (is ? Effect.succeed([]) : Effect.as(canaries.user, [id])));
  return unlessMissing(person, canaries.user, [id]);
};

const group = (place: Place, { id, kind }: Of<"Group">) => {
  const { ask, settings, canaries } = place;
  if (isOfOrganization(kind)) return organizationGone(place, id, kind);
  if (kind === "group") return unlessMissing(Effect.as(findGroup(ask, id), []), canaries.group, [id]);
  if (kind === "client-role" && !settings.clientRoles) return Effect.succeed([id]);
  const remedy = kind === "realm-role" ? remedies.viewRealm : remedies.viewClients;
  // A role whose holders cannot be asked for is left out, and so it is gone as if it were not there.
  const look = Effect.map(findRole(ask, id), (role) => (askable(role) ? [] : [id]));
  return unlessMissing(look, canaries.role, [id], remedy);
};

/**
 * An empty list is believed when this person's own count says so: groups of others say nothing about it. Measured on 26.7:
 * the count is also of groups of organizations, which the list leaves out. So above none, the groups' own lists decide.
 */
const heldGroups = Effect.fn("keycloak.heldGroups")(function* (place: Place, id: string, suspected: Ids) {
  const { ask, canaries, settings } = place;
  const groups = yield* groupsOf(ask, id);
  if (groups.length > 0) return groups;
  const { count } = yield* ask("the number of groups of a user", GroupCount, (client) =>
    client.users.countGroups({ id }),
  );
  if (count === 0) return groups;
  const left = yield* Effect.forEach(suspected, (group) => isNotIn(place, group, id, canaries.group), {
    concurrency: settings.concurrency,
  });
  return left.every((is) => is)
    ? groups
    : yield* forbidden(`Keycloak counts ${count} groups of a user and lists none.`, remedies.viewUsers);
});

/** The client of each suspected role must be asked for; a role that is gone is held by nobody. */
const clientsOf = Effect.fn("keycloak.clientsOf")(function* (ask: Ask, canaries: Canaries, roles: Ids) {
  const owner = (id: string) =>
    Effect.map(findRole(ask, id), ({ containerId }) => (containerId ? [containerId] : []));
  const found = yield* Effect.forEach(roles, (id) =>
    unlessMissing(owner(id), canaries.role, [], remedies.viewClients),
  );
  return [...new Set(found.flat())];
});

const suspectedOf = ({ groups }: Of<"Memberships">, ...kinds: ReadonlyArray<GroupFact["kind"]>): Ids =>
  groups.filter(({ kind }) => kinds.includes(kind)).map(({ id }) => id);

const heldEffectively = Effect.fn("keycloak.heldEffectively")(function* (
  { ask, settings, canaries }: Place,
  suspect: Of<"Memberships">,
) {
  const { user } = suspect;
  const suspected = (kind: GroupFact["kind"]) => suspectedOf(suspect, kind);
  const realm = suspected("realm-role").length > 0 ? yield* effectiveRealmRoles(ask, user) : undefined;
  if (realm?.length === 0) yield* canaries.effectiveHolder;
  const clients = settings.clientRoles ? yield* clientsOf(ask, canaries, suspected("client-role")) : [];
  const ofClients = yield* Effect.forEach(clients, (client) => effectiveClientRoles(ask, user, client));
  if (ofClients.some((roles) => roles.length === 0)) yield* canaries.effectiveClientHolder;
  return [...(realm ?? []), ...ofClients.flat()].filter(askable);
});

const heldDirectly = Effect.fn("keycloak.heldDirectly")(function* (
  { ask, settings, canaries }: Place,
  id: string,
) {
  const mappings = yield* mappingsOf(ask, id);
  if (holdsNone(mappings)) yield* canaries.holder;
  return direct(settings, mappings);
});

const memberships = (place: Place, suspect: Of<"Memberships">) => {
  const ofGroups = suspectedOf(suspect, "group");
  const ofRoles = suspectedOf(suspect, "realm-role", "client-role");
  const rolesHeld: Effect.Effect<ReadonlyArray<{ readonly id: string }>, ConnectorFailure> = place.settings
    .effectiveRoles
    ? heldEffectively(place, suspect)
    : heldDirectly(place, suspect.user);
  const all = suspect.groups.map(({ id }) => id);
  const look = Effect.gen(function* () {
    const groups = ofGroups.length > 0 ? yield* heldGroups(place, suspect.user, ofGroups) : [];
    const roles = ofRoles.length > 0 ? yield* rolesHeld : [];
    const organizations = yield* organizationsHeld(place, suspect.user, suspect.groups);
    const held = new Set([...[...groups, ...roles].map(({ id }) => id), ...organizations]);
    return all.filter((id) => !held.has(id));
  });
  return unlessMissing(look, place.canaries.user, all);
};

const goneOf = (place: Place, suspect: Suspect) => {
  switch (suspect._tag) {
    case "User":
      return user(place, suspect);
    case "Group":
      return group(place, suspect);
    case "Memberships":
      return memberships(place, suspect);
  }
};

export const confirm = (place: Place) => (suspect: Suspect) =>
  Effect.map(goneOf(place, suspect), (gone): Confirmed => ({ gone }));
