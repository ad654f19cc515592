/** How one connection speaks: the resource types of its organization, and the departures it is allowed. */
import { Context, Effect, Layer } from "effect";
import type { OrganizationId } from "../domain/index.ts";
import { type ConnectionProfile, findScimSettings, type TenantTx } from "../store/index.ts";
import { type Dialect, lenientDialect, shaped, strictDialect } from "./dialect/index.ts";
import { coreTypes, extendedTypes, type ResourceTypes } from "./schema/index.ts";

export interface Profile {
  readonly types: ResourceTypes;
  readonly dialect: Dialect;
  /** Are users of other domains than the organization's own refused? */
  readonly domainsOnly: boolean;
  /** Are the organization's roles shown? */
  readonly roles: boolean;
}

const kept = 1_000;

interface VersionedTypes {
  readonly version: number;
  readonly types: ResourceTypes;
}

/**
 * Resource types by organization. A version of the settings never changes, and every request learns the number with
 * its credential: the schemas are read when the number is a new one.
 */
export class TypesCache extends Context.Service<TypesCache, Map<OrganizationId, VersionedTypes>>()(
  "rolebridge/scim/TypesCache",
) {
  static readonly layer = Layer.sync(TypesCache, () => new Map());
}

const read = Effect.fnUntraced(function* (tx: TenantTx) {
  const { version, schemas } = (yield* findScimSettings(tx)) ?? { version: 0, schemas: [] };
  return { version, types: extendedTypes(schemas) } satisfies VersionedTypes;
});

const typesOf = Effect.fnUntraced(function* (tx: TenantTx, version: number) {
  if (version === 0) return coreTypes;
  const cache = yield* TypesCache;
  const known = cache.get(tx.organization);
  if (known?.version === version) return known.types;
  const fresh = yield* read(tx);
  const oldest = cache.keys().next().value;
  if (cache.size >= kept && oldest !== undefined) cache.delete(oldest);
  cache.set(tx.organization, fresh);
  return fresh.types;
});

/** What the settings that came with the credential mean. */
export const profileOf = Effect.fn("profileOf")(function* (
  tx: TenantTx,
  { strict, scimVersion, domainsOnly, roles }: ConnectionProfile,
) {
  const { User, Group } = yield* typesOf(tx, scimVersion);
  const dialect = strict ? strictDialect : lenientDialect;
  const types = { User: shaped(dialect, User), Group: shaped(dialect, Group) };
  return { types, dialect, domainsOnly, roles } satisfies Profile;
});
