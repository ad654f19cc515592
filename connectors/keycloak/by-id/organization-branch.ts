/** An organization with all of its groups, or one of these with all below it, and who is directly in each. */
import { Effect } from "effect";
import type { ConnectorFailure } from "../../connector.ts";
import type { Ask } from "../client.ts";
import { absent } from "../failure.ts";
import { membersOf } from "../groups.ts";
import { naming, remedies } from "../lack.ts";
import {
  findOrganization,
  findOrganizationGroup,
  listOrganizationBranch,
  listOrganizationGroups,
  listOrganizationMembers,
  type Organization,
  organizationFact,
  organizationGroupFact,
  partsOf,
  whereOf,
} from "../organizations/index.ts";
import type { Settings } from "../settings.ts";
import type { Group, Member } from "../wire.ts";
import { branchOf, idsOf, type Read, unlessStillThere } from "./still.ts";

type Listed = Effect.Success<ReturnType<typeof listOrganizationGroups>>;
type Members = Effect.Effect<ReadonlyArray<Member>, ConnectorFailure>;

/** Nobody is told to be in a disabled one, as `everyone` has it. */
const inForce = ({ enabled }: Organization, look: Members): Members =>
  enabled ? Effect.mapError(look, naming(remedies.viewUsers)) : Effect.succeed([]);

/** A group that was deleted meanwhile is not there, save `root`: then all of it is asked for once more. */
const readGroups = (
  ask: Ask,
  settings: Settings,
  organization: Organization,
  groups: Listed,
  root: string | undefined,
) => {
  const read = ({ id }: Group, group: Read["group"]) => {
    const members = inForce(organization, membersOf(ask, id, whereOf(organization.id))).pipe(
      unlessStillThere(findOrganizationGroup(ask, { organization: organization.id, group: id })),
      Effect.flatMap((all) => idsOf(ask, settings, all)),
      Effect.map((ids): ReadonlyArray<Read> => [{ group, ids }]),
    );
    return id === root ? members : Effect.catchIf(members, absent, () => Effect.succeed([]));
  };
  return Effect.map(
    Effect.forEach(groups, (group) => read(group, organizationGroupFact(organization, group)), {
      concurrency: settings.concurrency,
    }),
    (all) => all.flat(),
  );
};

export const ofOrganization = Effect.fn("keycloak.branchOfOrganization")(function* (
  ask: Ask,
  settings: Settings,
  id: string,
) {
  if (!settings.organizations) return undefined;
  const organization = yield* findOrganization(ask, id);
  const again = unlessStillThere(findOrganization(ask, id));
  const groups = yield* again(listOrganizationGroups(ask, settings, organization));
  const members = yield* again(inForce(organization, listOrganizationMembers(ask, id)));
  const itself: Read = {
    group: organizationFact(organization),
    ids: yield* idsOf(ask, settings, members),
  };
  return branchOf([itself, ...(yield* readGroups(ask, settings, organization, groups, undefined))]);
});

export const ofOrganizationGroup = Effect.fn("keycloak.branchOfOrganizationGroup")(function* (
  ask: Ask,
  settings: Settings,
  id: string,
) {
  const named = partsOf(id);
  if (!settings.organizations || named === undefined) return undefined;
  const organization = yield* findOrganization(ask, named.organization);
  const groups = yield* listOrganizationBranch(ask, settings, organization, named.group);
  return branchOf(yield* readGroups(ask, settings, organization, groups, named.group));
});
