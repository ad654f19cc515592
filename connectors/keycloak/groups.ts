/** The tree of groups, read level by level, and who is directly in each. */
import type KeycloakAdminClient from "@keycloak/keycloak-admin-client";
import type { Groups as Resource } from "@keycloak/keycloak-admin-client";
import { Effect, Schema } from "effect";
import { ConnectorFailure } from "../connector.ts";
import type { Ask } from "./client.ts";
import { shown, unlessDeleted } from "./failure.ts";
import { forbidden, remedies } from "./lack.ts";
import { collected, fits, type Limit, limitFor, makeLimit, type Window } from "./listing/index.ts";
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

/** Where groups stand: the realm's own, or those of one organization. */
export type Where = (client: KeycloakAdminClient) => Resource;
const inRealm: Where = ({ groups }) => groups;

/** How a group is asked for: the full representation holds its roles, and costs no more on Keycloak 26.7. */
export interface Form<G extends Group> {
  readonly schema: Schema.Codec<G, unknown>;
  readonly briefRepresentation: boolean;
  readonly where: Where;
}
const brief: Form<Group> = { schema: Group, briefRepresentation: true, where: inRealm };
const full: Form<GroupWithRoles> = { schema: GroupWithRoles, briefRepresentation: false, where: inRealm };

/** Of groups of organizations Keycloak tells only when asked how many are nested in them. */
const counting = { subGroupsCount: true };

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
      ask("child groups", Schema.Array(form.schema), (client) => {
        const { briefRepresentation, where } = form;
        const query = { parentId, briefRepresentation, ...counting, ...window };
        return where(client).listSubGroups(query);
      }),
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

const whole = <G extends Group>(reading: Reading<G>) =>
  Effect.gen(function* () {
    const { ask, form, limit } = reading;
    const { schema, briefRepresentation, where } = form;
    const page = (window: Window) =>
      ask("groups", Schema.Array(schema), (client) => {
        const query = { briefRepresentation, ...counting, ...window };
        return where(client).find(query);
      });
    const top = yield* collected("groups", pageSize, page, limit);
    const known = new Map<string, G>();
    yield* below(reading, known, top);
    return known;
  });

/** May miss the count by as much as the count moved, as a list of people may. */
const tree = <G extends Group>(ask: Ask, form: Form<G>, concurrency: number) =>
  Effect.gen(function* () {
    const before = yield* groupCount(ask);
    const known = yield* whole({ ask, form, concurrency, limit: limitFor("groups", before) });
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

const unlimited = () => makeLimit("groups", mostInBranch);

/** All groups of a tree that Keycloak does not count, parents before those nested in them. */
export const listTree = <G extends Group>(ask: Ask, form: Form<G>, { concurrency }: Settings) =>
  Effect.map(whole({ ask, form, concurrency, limit: unlimited() }), (known) => [...known.values()]);

/** The direct members. */
export const membersOf = (ask: Ask, id: string, where = inRealm) =>
  collected("members of a group", pageSize, (window) =>
    ask("members of a group", people, (client) =>
      where(client).listMembers({ id, ...window, briefRepresentation: true }),
    ),
  );

/** The direct members; none of a group that was deleted meanwhile. */
export const listMembers = (ask: Ask, id: string, where = inRealm) =>
  unlessDeleted(membersOf(ask, id, where));

const uneven = new ConnectorFailure({
  reason: "conflict",
  detail:
    "Groups were moved or deleted while a branch of them was read. Nothing was concluded; it is read again.",
});

/** A group and all that are nested in it, parents first, as many as each group itself counts. */
export const listBranchOf = Effect.fn("keycloak.listBranch")(function* <G extends Group>(
  ask: Ask,
  form: Form<G>,
  { concurrency }: Settings,
  id: string,
) {
  const root = yield* ask(`group ${shown(id)}`, form.schema, (client) => {
    const query = { id, ...counting };
    return form.where(client).findOne(query);
  });
  const known = new Map<string, G>();
  yield* below({ ask, form, concurrency, limit: unlimited() }, known, [root]);
  const groups = [...known.values()];
  const nested = Map.groupBy(groups, ({ parentId }) => parentId);
  const short = groups.some((group) => (group.subGroupCount ?? 0) > (nested.get(group.id)?.length ?? 0));
  return short ? yield* uneven : groups;
});

export const listBranch = (ask: Ask, settings: Settings, id: string) =>
  listBranchOf(ask, brief, settings, id);

export const groupsOf = (ask: Ask, id: string) =>
  collected("groups of a user", pageSize, (window) =>
    ask("groups of a user", Schema.Array(Group), (client) => client.users.listGroups({ id, ...window })),
  );
