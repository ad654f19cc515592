/** Asks by id whether what a list did not show is really gone. "Not found" is believed only beside a canary. */
import { Effect } from "effect";
import type { Confirmed, ConnectorFailure, Suspect } from "../connector.ts";
import { type Canaries, findGroup, findRole } from "./canary.ts";
import type { Ask } from "./client.ts";
import { groupsOf } from "./groups.ts";
import { forbidden, naming, remedies } from "./lack.ts";
import { holdsNone, mappingsOf, rolesIn } from "./roles.ts";
import type { Settings } from "./settings.ts";
import { findUser } from "./users.ts";
import { GroupCount } from "./wire.ts";

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
    Effect.catchIf(
      ({ reason }) => reason === "missing",
      () => Effect.as(canary, gone),
    ),
  );

const user = (ask: Ask, canaries: Canaries, { id }: Of<"User">) =>
  unlessMissing(Effect.as(findUser(ask, id), []), canaries.user, [id]);

const group = (ask: Ask, settings: Settings, canaries: Canaries, { id, kind }: Of<"Group">) => {
  if (kind === "group") return unlessMissing(Effect.as(findGroup(ask, id), []), canaries.group, [id]);
  if (kind === "client-role" && !settings.clientRoles) return Effect.succeed([id]);
  const remedy = kind === "realm-role" ? remedies.viewRealm : remedies.viewClients;
  return unlessMissing(Effect.as(findRole(ask, id), []), canaries.role, [id], remedy);
};

/** An empty list is believed when this person's own count says so: groups of others say nothing about it. */
const heldGroups = Effect.fn("keycloak.heldGroups")(function* (ask: Ask, id: string) {
  const groups = yield* groupsOf(ask, id);
  if (groups.length > 0) return groups;
  const { count } = yield* ask("the number of groups of a user", GroupCount, (client) =>
    client.users.countGroups({ id }),
  );
  return count === 0
    ? groups
    : yield* forbidden(`Keycloak counts ${count} groups of a user and lists none.`, remedies.viewUsers);
});

const heldRoles = Effect.fn("keycloak.heldRoles")(function* (
  ask: Ask,
  settings: Settings,
  canaries: Canaries,
  id: string,
) {
  const mappings = yield* mappingsOf(ask, id);
  if (holdsNone(mappings)) yield* canaries.holder;
  return rolesIn(settings, mappings);
});

const memberships = (ask: Ask, settings: Settings, canaries: Canaries, suspect: Of<"Memberships">) => {
  const asks = (wanted: boolean) => suspect.groups.some(({ kind }) => (kind === "group") === wanted);
  const look = Effect.gen(function* () {
    const groups = asks(true) ? yield* heldGroups(ask, suspect.user) : [];
    const roles = asks(false) ? yield* heldRoles(ask, settings, canaries, suspect.user) : [];
    const held = new Set([...groups, ...roles].map(({ id }) => id));
    return suspect.groups.map(({ id }) => id).filter((id) => !held.has(id));
  });
  const all = suspect.groups.map(({ id }) => id);
  return unlessMissing(look, canaries.user, all);
};

const goneOf = (ask: Ask, settings: Settings, canaries: Canaries, suspect: Suspect) => {
  switch (suspect._tag) {
    case "User":
      return user(ask, canaries, suspect);
    case "Group":
      return group(ask, settings, canaries, suspect);
    case "Memberships":
      return memberships(ask, settings, canaries, suspect);
  }
};

export const confirm = (ask: Ask, settings: Settings, canaries: Canaries) => (suspect: Suspect) =>
  Effect.map(goneOf(ask, settings, canaries, suspect), (gone): Confirmed => ({ gone }));
