/** The tree of groups, read level by level, and who is directly in each. */
import { Effect, Schema } from "effect";
import { ConnectorFailure } from "../connector.ts";
import type { Ask } from "./client.ts";
import { forbidden, remedies } from "./lack.ts";
import { collected } from "./listing.ts";
import { Group, GroupCount, Identified } from "./wire.ts";

const Groups = Schema.Array(Group);
const people = Schema.Array(Identified);
// Measured: members cost the same per person in pages of 1,000 as in larger ones.
const pageSize = 1000;

const children = (ask: Ask, parentId: string) =>
  collected("child groups", pageSize, (window) =>
    ask("child groups", Groups, (client) => client.groups.listSubGroups({ parentId, ...window })),
  );

const below = (
  ask: Ask,
  concurrency: number,
  level: ReadonlyArray<Group>,
): Effect.Effect<ReadonlyArray<Group>, ConnectorFailure> =>
  Effect.gen(function* () {
    // `subGroupCount` may be missing from older servers: then it has to be asked for.
    const nested = level.filter((group) => group.subGroupCount !== 0);
    if (nested.length === 0) return level;
    const next = yield* Effect.forEach(nested, (group) => children(ask, group.id), { concurrency });
    return [...level, ...(yield* below(ask, concurrency, next.flat()))];
  });

const tree = Effect.fn("keycloak.tree")(function* (ask: Ask, concurrency: number) {
  const top = yield* collected("groups", pageSize, (window) =>
    ask("groups", Groups, (client) => client.groups.find(window)),
  );
  const groups = yield* below(ask, concurrency, top);
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

/** All groups with their parents before them, in agreement with Keycloak's own count. */
export const listGroups = (ask: Ask, concurrency: number) =>
  Effect.catchIf(
    tree(ask, concurrency),
    (failure) => failure.reason === "conflict" || failure.reason === "missing",
    () => tree(ask, concurrency),
  );

/** Ids of the direct members. */
export const listMembers = (ask: Ask, id: string) =>
  collected("members of a group", pageSize, (window) =>
    ask("members of a group", people, (client) =>
      client.groups.listMembers({ id, ...window, briefRepresentation: true }),
    ),
  );

export const groupsOf = (ask: Ask, id: string) =>
  collected("groups of a user", pageSize, (window) =>
    ask("groups of a user", Groups, (client) => client.users.listGroups({ id, ...window })),
  );
