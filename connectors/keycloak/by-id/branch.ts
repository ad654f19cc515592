/**
 * One group with all below it, or one role, and who is directly in each; with the setting effectiveRoles a role's
 * people are all who hold it in any way, as `everyone` tells. Complete or a failure.
 */
import { Effect } from "effect";
import type { Branch, ConnectorFailure, Gone, GroupFact } from "../../connector.ts";
import type { Ask } from "../client.ts";
import { effectiveHolders } from "../everyone/index.ts";
import { absent } from "../failure.ts";
import { listBranch, membersOf } from "../groups.ts";
import { naming, remedies } from "../lack.ts";
import { isOfOrganization } from "../organizations/index.ts";
import { holdersOf, telling } from "../roles.ts";
import type { Settings } from "../settings.ts";
import { Client, clientRoleFact, groupFact, type Role, realmRoleFact } from "../wire.ts";
import { type Canaries, findGroup, findRole } from "./canary.ts";
import { ofOrganization, ofOrganizationGroup } from "./organization-branch.ts";
import { onceMore } from "./place.ts";
import { branchOf, idsOf, moved, unlessStillThere } from "./still.ts";

const gone: Gone = { _tag: "Gone" };

/** A group that was deleted meanwhile is not there; that its parent was found is its canary. */
const nested = (ask: Ask, settings: Settings, group: GroupFact, root: string) => {
  const members = membersOf(ask, group.id).pipe(
    unlessStillThere(findGroup(ask, group.id)),
    Effect.flatMap((all) => idsOf(ask, settings, all)),
    Effect.map((ids) => [{ group, ids }]),
  );
  return group.id === root ? members : Effect.catchIf(members, absent, () => Effect.succeed([]));
};

const ofGroup = Effect.fn("keycloak.branchOfGroup")(function* (ask: Ask, settings: Settings, id: string) {
  const groups = (yield* listBranch(ask, settings, id)).map(groupFact);
  const read = yield* Effect.forEach(groups, (group) => nested(ask, settings, group, id), {
    concurrency: settings.concurrency,
  });
  return branchOf(read.flat());
});

const factOf = Effect.fn("keycloak.factOfRole")(function* (ask: Ask, role: Role) {
  const owner = role.containerId;
  if (role.clientRole !== true || !owner) return realmRoleFact(role);
  const { clientId } = yield* ask("a client", Client, (client) => client.clients.findOne({ id: owner }));
  return clientRoleFact(clientId, role);
});

/** Asked by name, so it must have that name before and after. */
const directHolders = Effect.fn("keycloak.directHolders")(function* (ask: Ask, role: Role) {
  const client = role.clientRole === true ? (role.containerId ?? null) : null;
  const again = findRole(ask, role.id);
  const holders = yield* holdersOf(ask, role, client).pipe(unlessStillThere(again));
  return (yield* again).name === role.name ? holders : yield* moved;
});

const direct = Effect.fn("keycloak.branchOfRole")(function* (ask: Ask, role: Role) {
  const fact = yield* factOf(ask, role);
  return { fact, holders: yield* directHolders(ask, role) };
});

const ofRole = Effect.fn("keycloak.branchOfRole")(function* (
  ask: Ask,
  settings: Settings,
  id: string,
  kind: GroupFact["kind"],
) {
  if (kind === "client-role" && !settings.clientRoles) return undefined;
  const role = yield* findRole(ask, id);
  // Of some roles nothing is told, as if they were not there.
  if (!telling(settings.realm)(role)) return undefined;
  const held = settings.effectiveRoles
    ? yield* effectiveHolders(ask, settings, id)
    : yield* direct(ask, role);
  if (held === undefined) return yield* moved;
  return branchOf([{ group: held.fact, ids: yield* idsOf(ask, settings, held.holders) }]);
});

const remedyOf = {
  group: remedies.viewUsers,
  "realm-role": remedies.viewRealm,
  "client-role": remedies.viewClients,
  organization: remedies.viewOrganizations,
  "organization-group": remedies.viewOrganizations,
};

const lookFor = (
  ask: Ask,
  settings: Settings,
  id: string,
  kind: GroupFact["kind"],
): Effect.Effect<Branch | undefined, ConnectorFailure> => {
  switch (kind) {
    case "group":
      return ofGroup(ask, settings, id);
    case "organization":
      return ofOrganization(ask, settings, id);
    case "organization-group":
      return ofOrganizationGroup(ask, settings, id);
    case "realm-role":
    case "client-role":
      return ofRole(ask, settings, id, kind);
  }
};

const canaryOf = {
  group: "group",
  "realm-role": "role",
  "client-role": "role",
  organization: "organization",
  "organization-group": "organization",
} as const;

export const branch =
  (ask: Ask, settings: Settings, canaries: Canaries) =>
  (id: string, kind: GroupFact["kind"]): Effect.Effect<Branch | Gone, ConnectorFailure> => {
    const leftOut = isOfOrganization(kind) && !settings.organizations;
    const believed = leftOut ? Effect.succeed(gone) : Effect.as(canaries[canaryOf[kind]], gone);
    return lookFor(ask, settings, id, kind).pipe(
      Effect.retry(onceMore),
      Effect.mapError(naming(remedyOf[kind])),
      Effect.catchIf(absent, () => Effect.succeed(undefined)),
      Effect.flatMap(
        (found): Effect.Effect<Branch | Gone, ConnectorFailure> =>
          found === undefined ? believed : Effect.succeed(found),
      ),
    );
  };
