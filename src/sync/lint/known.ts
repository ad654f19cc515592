/** What a mapping is held against, read in a number of statements that does not depend on its size. */
import { Clock, Context, Effect } from "effect";
import type { Extension } from "../../domain/index.ts";
import type { Known, KnownConnection, Mapping } from "../../mapping/index.ts";
import {
  deletedGroups,
  findScimSettings,
  listConnections,
  listRoles,
  loadCatalogue,
  namedGroups,
  type TenantTx,
} from "../../store/index.ts";
import { groupNamesIn, mostPatterns } from "./named.ts";

/** The attributes that people can have, by dotted name: the core ones and those that an organization declared. */
export class UserAttributes extends Context.Service<
  UserAttributes,
  (declared: ReadonlyArray<Extension>) => Known["attributes"]
>()("rolebridge/sync/UserAttributes") {}

const groupsOf = Effect.fnUntraced(function* (tx: TenantTx, mapping: Mapping) {
  const connections = yield* listConnections(tx);
  const ids = new Map(connections.map(({ slug, id }) => [slug, id]));
  const names = groupNamesIn(mapping, (slug) => ids.get(slug));
  const present = yield* namedGroups(tx, names);
  const found = new Set<string>(present.map(({ id }) => id));
  const gone = yield* deletedGroups(
    tx,
    names.ids.filter((id) => !found.has(id)),
  );
  const known = connections.map(({ id, slug }): KnownConnection => {
    const living = present.filter(({ connectionId }) => connectionId === id);
    const dead = gone.filter(({ connectionId }) => connectionId === id);
    return {
      slug,
      groups: [
        ...living.map((group) => ({ ...group, deleted: false })),
        // Its name went with it: rules that give the id can still be told.
        ...dead.map((group) => ({
          id: group.id,
          externalId: null,
          kind: "group" as const,
          name: "",
          deleted: true,
        })),
      ],
    };
  });
  return { connections: known, hasUncheckedPatterns: names.patterns.length === mostPatterns };
});

/** Everything lint needs to know of the organization about `mapping`. */
export const knownFor = Effect.fn("knownFor")(function* (tx: TenantTx, mapping: Mapping) {
  const { reserved, scopes } = yield* loadCatalogue(tx);
  const settings = yield* findScimSettings(tx);
  const attributes = yield* UserAttributes;
  return {
    ...(yield* groupsOf(tx, mapping)),
    roles: (yield* listRoles(tx)).map(({ key }) => ({ key, reserved: reserved.has(key) })),
    scopes,
    attributes: attributes(settings?.schemas ?? []),
    now: yield* Clock.currentTimeMillis,
  } satisfies Known as Known;
});
