/** Organizations and their groups beside the realm's groups and roles, as further lists of people to be read. */
import { Effect } from "effect";
import type { Ask } from "../client.ts";
import { unlessDeleted } from "../failure.ts";
import { listMembers } from "../groups.ts";
import { naming, remedies } from "../lack.ts";
import {
  listOrganizationGroups,
  listOrganizationMembers,
  listOrganizations,
  type Organization,
  organizationFact,
  organizationGroupFact,
  whereOf,
} from "../organizations/index.ts";
import type { Settings } from "../settings.ts";
import type { Member } from "../wire.ts";
import type { Plan, Read } from "./plan.ts";

const nobody: ReadonlyArray<Member> = [];

/** Who is in a disabled organization is not in force: Keycloak leaves it out of their tokens, and so is nobody told. */
const readsOf = (ask: Ask, settings: Settings) =>
  Effect.fnUntraced(function* (organization: Organization) {
    const { id, enabled } = organization;
    const groups = yield* unlessDeleted(listOrganizationGroups(ask, settings, organization));
    const needed = Effect.mapError(naming(remedies.viewUsers));
    const people = (look: Read["people"]) => (enabled ? needed(look) : Effect.succeed(nobody));
    const itself: Read = {
      id,
      people: people(unlessDeleted(listOrganizationMembers(ask, id))),
      tell: [organizationFact(organization)],
    };
    const ofGroups = groups.map((group): Read => {
      const fact = organizationGroupFact(organization, group);
      return { id: fact.id, people: people(listMembers(ask, group.id, whereOf(id))), tell: [fact] };
    });
    return [itself, ...ofGroups];
  });

/** The plan with all organizations in it. They have no part in which roles somebody holds. */
export const withOrganizations = Effect.fn("keycloak.withOrganizations")(function* (
  ask: Ask,
  settings: Settings,
  plan: Plan,
) {
  if (!settings.organizations) return plan;
  const organizations = yield* listOrganizations(ask);
  const { concurrency } = settings;
  const reads = (yield* Effect.forEach(organizations, readsOf(ask, settings), { concurrency })).flat();
  const own = new Set(reads.map(({ id }) => id));
  return {
    facts: [...plan.facts, ...reads.flatMap(({ tell }) => tell)],
    reads: [...plan.reads, ...reads],
    sources: (id) => (own.has(id) ? [id] : plan.sources(id)),
    kept: plan.kept,
  } satisfies Plan;
});
