/** The organizations one person is in and their groups of each, as everyone's are told; and what of these is really left. */
import { Cache, Effect } from "effect";
import { ConnectorFailure, type GroupFact } from "../../connector.ts";
import type { Ask } from "../client.ts";
import { absent } from "../failure.ts";
import { forbidden, remedies } from "../lack.ts";
import {
  findOrganization,
  findOrganizationGroup,
  groupsIn,
  isMember,
  isOfOrganization,
  type Organization,
  organizationFact,
  organizationGroupFact,
  organizationsOf,
  partsOf,
  pathOf,
} from "../organizations/index.ts";
import type { Settings } from "../settings.ts";
import { onceMore, type Place } from "./place.ts";

type Ids = ReadonlyArray<string>;

const moved = new ConnectorFailure({
  reason: "conflict",
  detail:
    "Somebody left an organization while they were asked for. Nothing was concluded; they are asked for again.",
});

/** 404: they left it since it was listed, so the list is read once more. */
const groupsOfMember = (ask: Ask, organization: string, user: string) =>
  Effect.catchIf(groupsIn(ask, organization, user), absent, () => Effect.fail(moved));

const factsOf = (ask: Ask, user: string) =>
  Effect.fnUntraced(function* (organization: Organization) {
    const groups = yield* groupsOfMember(ask, organization.id, user);
    return [
      organizationFact(organization),
      ...groups.map((group) => organizationGroupFact(organization, group)),
    ];
  });

/** One request, and one more for each organization. Who is in a disabled one is not in force. */
export const organizationFactsOf = (ask: Ask, { organizations, concurrency }: Settings, user: string) => {
  if (!organizations) return Effect.succeed<ReadonlyArray<GroupFact>>([]);
  const all = Effect.gen(function* () {
    const enabled = (yield* organizationsOf(ask, user)).filter((each) => each.enabled);
    return (yield* Effect.forEach(enabled, factsOf(ask, user), { concurrency })).flat();
  });
  return Effect.retry(all, onceMore);
};

/** Is an organization or a group of one really gone? */
export const organizationGone = (
  { ask, settings, canaries }: Place,
  id: string,
  kind: GroupFact["kind"],
): Effect.Effect<Ids, ConnectorFailure> => {
  if (!settings.organizations) return Effect.succeed([id]);
  const gone = Effect.as(canaries.organization, [id]);
  if (kind === "organization")
    return Effect.catchIf(Effect.as(findOrganization(ask, id), []), absent, () => gone);
  const named = partsOf(id);
  if (named === undefined) return gone;
  return Effect.catchIf(Effect.as(findOrganizationGroup(ask, named), []), absent, () => gone);
};

/** Whether a group's own list is without this person too; read afresh where one from a moment ago has them. */
export const isNotIn = Effect.fnUntraced(function* (
  { lists }: Place,
  group: string,
  user: string,
  canary: Effect.Effect<void, ConnectorFailure>,
) {
  const listed = Effect.catchIf(Cache.get(lists, group), absent, () => Effect.as(canary, new Set<string>()));
  if (!(yield* listed).has(user)) return true;
  yield* Cache.invalidate(lists, group);
  return !(yield* listed).has(user);
});

const contradiction = forbidden(
  "Keycloak lists a person in a group of an organization and lists no such group of that person.",
  remedies.viewUsers,
);

/** An empty list is believed where the suspected groups' own lists say so: Keycloak counts none of it. */
const groupsHeld = Effect.fnUntraced(function* (
  place: Place,
  organization: string,
  user: string,
  suspected: Ids,
) {
  const groups = yield* groupsOfMember(place.ask, organization, user);
  if (groups.length > 0) return groups.map(({ id }) => pathOf({ organization, group: id }));
  const { canaries, settings } = place;
  const left = yield* Effect.forEach(
    suspected,
    (group) => isNotIn(place, group, user, canaries.organization),
    { concurrency: settings.concurrency },
  );
  return left.every((is) => is) ? [] : yield* contradiction;
});

/** Not listed among the person's organizations: asked there for the person, who must not be found. */
const notMember = ({ ask, canaries }: Place, organization: string, user: string) =>
  isMember(ask, organization, user).pipe(
    Effect.andThen(Effect.fail(moved)),
    Effect.catchIf(absent, () => Effect.as(canaries.organization, [])),
  );

/** Which of these organizations and organization groups this person is in; of other kinds, none. */
export const organizationsHeld = (
  place: Place,
  user: string,
  groups: ReadonlyArray<Pick<GroupFact, "id" | "kind">>,
): Effect.Effect<Ids, ConnectorFailure> => {
  const suspected = groups.filter(({ kind }) => isOfOrganization(kind)).map(({ id }) => id);
  if (!place.settings.organizations || suspected.length === 0) return Effect.succeed([]);
  const byOrganization = Map.groupBy(suspected, (id) => partsOf(id)?.organization ?? id);
  const all = Effect.gen(function* () {
    const mine = new Map((yield* organizationsOf(place.ask, user)).map((each) => [each.id, each]));
    const held = yield* Effect.forEach(byOrganization, ([id, ids]) => {
      const organization = mine.get(id);
      if (organization === undefined) return notMember(place, id, user);
      if (!organization.enabled) return Effect.succeed([]);
      const within = ids.filter((each) => each !== id);
      if (within.length === 0) return Effect.succeed([id]);
      return Effect.map(groupsHeld(place, id, user, within), (found) => [id, ...found]);
    });
    return held.flat();
  });
  return Effect.retry(all, onceMore);
};
