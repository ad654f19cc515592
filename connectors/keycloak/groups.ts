/** The tree of groups, read level by level, and who is directly in each. */
import { Effect, Schema } from "effect";
import { ConnectorFailure } from "../connector.ts";
import type { Ask } from "./client.ts";
import { shown, unlessDeleted } from "./failure.ts";
import { forbidden, remedies } from "./lack.ts";
import { collected, fits, type Limit, limitFor, makeLimit } from "./listing/index.ts";
import type { Settings } from "./settings.ts";
import { Group, GroupCount, GroupWithRoles, Member } from "./wire.ts";

const people = Schema.Array(Member);
// Measured: members cost the same per person in pages of 1,000 as in larger ones.
const pageSize = 1000;

// So many groups of one realm are more than anybody keeps; what lists without end must not fill the memory.
const mostInBranch = 1_000_000;

const deepest = 64;
const tooDeep = new ConnectorFailure({
  reason: "malformed",
  detail: `Keycloak nests groups more than ${deepest} deep. Move the deepest groups up.`,
});

type Groups<G extends Group> = ReadonlyArray<G>;

/** How a group is asked for: the full representation holds its roles, and costs no more on Keycloak 26.7. */
interface Form<G extends Group> {
  readonly schema: Schema.Codec<Groups<G>, unknown>;
  readonly briefRepresentation: boolean;
}
const brief: Form<Group> = { schema: Schema.Array(Group), briefRepresentation: true };
const full: Form<GroupWithRoles> = { schema: Schema.Array(GroupWithRoles), briefRepresentation: false };

/** What one reading of the tree needs. */
interface Reading<G extends Group> {
  readonly ask: Ask;
  readonly form: Form<G>;
  readonly concurrency: number;
  readonly limit: Limit;
}

const children = <G extends Group>({ ask, form, limit }: Reading<G>, parentId: string) =>
  collected(
    "child groups",
    pageSize,
    (window) =>
      ask("child groups", form.schema, ({ groups }) =>
        groups.listSubGroups({ parentId, briefRepresentation: form.briefRepresentation, ...window }),
      ),
    limit,
  );

const below = <G extends Group>(
  reading: Reading<G>,
  known: Map<string, G>,
  level: Groups<G>,
  depth = 1,
): Effect.Effect<void, ConnectorFailure> =>
  Effect.gen(function* () {
    // Where a group was moved down meanwhile it is met twice.
    const fresh = level.filter((group) => {
      const first = !known.has(group.id);
      if (first) known.set(group.id, group);
      return first;
    });
    if (fresh.length === 0) return;
    if (depth > deepest) return yield* tooDeep;
    // `subGroupCount` may be missing from older servers: then it has to be asked for.
    const nested = fresh.filter((group) => group.subGroupCount !== 0);
    const { concurrency } = reading;
    const next = yield* Effect.forEach(nested, ({ id }) => unlessDeleted(children(reading, id)), {
      concurrency,
    });
    yield* below(reading, known, next.flat(), depth + 1);
  });

const groupCount = (ask: Ask) =>
  Effect.map(
    ask("the number of groups", GroupCount, ({ groups }) => groups.count()),
    ({ count }) => count,
  );

/** May miss the count by as much as the count moved, as a list of people may. */
const tree = <G extends Group>(ask: Ask, form: Form<G>, concurrency: number) =>
  Effect.gen(function* () {
    const { schema, briefRepresentation } = form;
    const before = yield* groupCount(ask);
    const limit = limitFor("groups", before);
    const top = yield* collected(
      "groups",
      pageSize,
      (window) => ask("groups", schema, ({ groups }) => groups.find({ briefRepresentation, ...window })),
      limit,
    );
    const known = new Map<string, G>();
    yield* below({ ask, form, concurrency, limit }, known, top);
    const after = yield* groupCount(ask);
    if (fits(known.size, { before, after })) return [...known.values()];
    if (known.size === 0)
      return yield* forbidden(`Keycloak counts ${after} groups and lists none.`, remedies.viewUsers);
    return yield* new ConnectorFailure({
      reason: "conflict",
      detail: `Keycloak lists ${known.size} groups and counts ${after}, twice. Nothing was concluded from the list.`,
    });
  });

const listed = <G extends Group>(ask: Ask, form: Form<G>, { concurrency }: Settings) =>
  Effect.catchIf(
    tree(ask, form, concurrency),
    (failure) => failure.reason === "conflict",
    () => tree(ask, form, concurrency),
  );

/** All groups with their parents before them, in agreement with Keycloak's own count. */
export const listGroups = (ask: Ask, settings: Settings) => listed(ask, brief, settings);

/** The same with the roles given to each group. */
export const listGroupsWithRoles = (ask: Ask, settings: Settings) => listed(ask, full, settings);

/** The direct members. */
export const membersOf = (ask: Ask, id: string) =>
  collected("members of a group", pageSize, (window) =>
    ask("members of a group", people, (client) =>
      client.groups.listMembers({ id, ...window, briefRepresentation: true }),
    ),
  );

/** The direct members; none of a group that was deleted meanwhile. */
export const listMembers = (ask: Ask, id: string) => unlessDeleted(membersOf(ask, id));

const uneven = new ConnectorFailure({
  reason: "conflict",
  detail:
    "Groups were moved or deleted while a branch of them was read. Nothing was concluded; it is read again.",
});

/** A group and all that are nested in it, parents first, as many as each group itself counts. */
export const listBranch = Effect.fn("keycloak.listBranch")(function* (
  ask: Ask,
  { concurrency }: Settings,
  id: string,
) {
  const root = yield* ask(`group ${shown(id)}`, Group, (client) => client.groups.findOne({ id }));
  const known = new Map<string, Group>();
  yield* below({ ask, form: brief, concurrency, limit: makeLimit("groups", mostInBranch) }, known, [root]);
  const groups = [...known.values()];
  const nested = Map.groupBy(groups, ({ parentId }) => parentId);
  const short = groups.some((group) => (group.subGroupCount ?? 0) > (nested.get(group.id)?.length ?? 0));
  return short ? yield* uneven : groups;
});

export const groupsOf = (ask: Ask, id: string) =>
  collected("groups of a user", pageSize, (window) =>
    ask("groups of a user", brief.schema, (client) => client.users.listGroups({ id, ...window })),
  );
