/** The tree of groups, read level by level, and who is directly in each. */
import { Effect, Schema } from "effect";
import { ConnectorFailure } from "../connector.ts";
import type { Ask } from "./client.ts";
import { forbidden, remedies } from "./lack.ts";
import { collected } from "./listing.ts";
import type { Settings } from "./settings.ts";
import { Group, GroupCount, GroupWithRoles, Identified } from "./wire.ts";

const people = Schema.Array(Identified);
// Measured: members cost the same per person in pages of 1,000 as in larger ones.
const pageSize = 1000;

type Groups<G extends Group> = ReadonlyArray<G>;

/** How a group is asked for: the full representation holds its roles, and costs no more on Keycloak 26.7. */
interface Form<G extends Group> {
  readonly schema: Schema.Codec<Groups<G>, unknown>;
  readonly briefRepresentation: boolean;
}
const brief: Form<Group> = { schema: Schema.Array(Group), briefRepresentation: true };
const full: Form<GroupWithRoles> = { schema: Schema.Array(GroupWithRoles), briefRepresentation: false };

const children = <G extends Group>(ask: Ask, { schema, briefRepresentation }: Form<G>, parentId: string) =>
  collected("child groups", pageSize, (window) =>
    ask("child groups", schema, (client) =>
      client.groups.listSubGroups({ parentId, briefRepresentation, ...window }),
    ),
  );

const below = <G extends Group>(
  ask: Ask,
  form: Form<G>,
  concurrency: number,
  level: Groups<G>,
): Effect.Effect<Groups<G>, ConnectorFailure> =>
  Effect.gen(function* () {
    // `subGroupCount` may be missing from older servers: then it has to be asked for.
    const nested = level.filter((group) => group.subGroupCount !== 0);
    if (nested.length === 0) return level;
    const next = yield* Effect.forEach(nested, (group) => children(ask, form, group.id), { concurrency });
    return [...level, ...(yield* below(ask, form, concurrency, next.flat()))];
  });

const tree = <G extends Group>(ask: Ask, form: Form<G>, concurrency: number) =>
  Effect.gen(function* () {
    const { schema, briefRepresentation } = form;
    const top = yield* collected("groups", pageSize, (window) =>
      ask("groups", schema, (client) => client.groups.find({ briefRepresentation, ...window })),
    );
    const groups = yield* below(ask, form, concurrency, top);
    const { count } = yield* ask("the number of groups", GroupCount, (client) => client.groups.count());
    const distinct = new Set(groups.map(({ id }) => id)).size;
    if (distinct === count && distinct === groups.length) return groups;
    if (groups.length === 0)
      return yield* forbidden(`Keycloak counts ${count} groups and lists none.`, remedies.viewUsers);
    return yield* new ConnectorFailure({
      reason: "conflict",
      detail: `Keycloak lists ${distinct} groups and counts ${count}, twice. Nothing was concluded from the list.`,
    });
  });

const listed = <G extends Group>(ask: Ask, form: Form<G>, { concurrency }: Settings) =>
  Effect.catchIf(
    tree(ask, form, concurrency),
    (failure) => failure.reason === "conflict" || failure.reason === "missing",
    () => tree(ask, form, concurrency),
  );

/** All groups with their parents before them, in agreement with Keycloak's own count. */
export const listGroups = (ask: Ask, settings: Settings) => listed(ask, brief, settings);

/** The same with the roles given to each group. */
export const listGroupsWithRoles = (ask: Ask, settings: Settings) => listed(ask, full, settings);

/** Ids of the direct members. */
export const listMembers = (ask: Ask, id: string) =>
  collected("members of a group", pageSize, (window) =>
    ask("members of a group", people, (client) =>
      client.groups.listMembers({ id, ...window, briefRepresentation: true }),
    ),
  );

export const groupsOf = (ask: Ask, id: string) =>
  collected("groups of a user", pageSize, (window) =>
    ask("groups of a user", brief.schema, (client) => client.users.listGroups({ id, ...window })),
  );
