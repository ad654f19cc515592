import { Effect, Result } from "effect";
import type { RoleKey } from "../../domain/index.ts";
import { decodeMapping, type Rule, type Surroundings } from "../../mapping/index.ts";
import { findMappingIn, listConnections, namedGroups, type TenantTx } from "../../store/index.ts";
import { groupNamesIn } from "./named.ts";

const isAbout =
  (role: RoleKey) =>
  ({ grant = [], deny = [] }: Rule): boolean =>
    deny.includes(role) || grant.some((one) => (typeof one === "string" ? one : one.role) === role);

/** Where somebody could be, and the groups that the rules about `role` name: what could be other than it is. */
export const surroundingsOf = Effect.fn("surroundingsOf")(function* (tx: TenantTx, role: RoleKey) {
  const connections = yield* listConnections(tx);
  const ids = new Map(connections.map(({ slug, id }) => [slug, id]));
  const slugs = new Map(connections.map(({ slug, id }) => [id, slug]));
  const published = yield* findMappingIn(tx, "published");
  const all = Result.getOrUndefined(decodeMapping(published?.document))?.rules ?? [];
  const groups = yield* namedGroups(
    tx,
    groupNamesIn({ rules: all.filter(isAbout(role)) }, (slug) => ids.get(slug)),
  );
  return {
    groups: groups.map(({ connectionId, ...group }) => ({
      ...group,
      connection: slugs.get(connectionId) ?? "",
    })),
    connections,
  } satisfies Surroundings as Surroundings;
});
