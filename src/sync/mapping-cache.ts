import { Context, Effect, Layer } from "effect";
import type { OrganizationId } from "../domain/index.ts";
import { type CompiledMapping, compile, decodeMapping, emptyMapping } from "../mapping/index.ts";
import { findMapping, publishedVersion, type TenantTx } from "../store/index.ts";

const kept = 1_000;

export interface PublishedMapping {
  readonly version: number;
  readonly mapping: CompiledMapping;
}

/**
 * Compiled mappings by organization. A published version never changes, so only its number is asked each
 * time; the document is read and compiled when the number is a new one.
 */
export class MappingCache extends Context.Service<MappingCache, Map<OrganizationId, PublishedMapping>>()(
  "rolebridge/sync/MappingCache",
) {
  static readonly layer = Layer.sync(MappingCache, () => new Map());
}

const read = Effect.fnUntraced(function* (tx: TenantTx, version: number) {
  const row = yield* findMapping(tx, version);
  return compile(yield* Effect.orDie(Effect.fromResult(decodeMapping(row?.document ?? emptyMapping))));
});

/** The mapping in force, as this transaction sees it. */
export const publishedMapping = Effect.fn("publishedMapping")(function* (tx: TenantTx) {
  return yield* mappingOfVersion(tx, yield* publishedVersion(tx));
});

/** The mapping of a published version; an empty one for 0, before anything was published. */
export const mappingOfVersion = Effect.fn("mappingOfVersion")(function* (tx: TenantTx, version: number) {
  const cache = yield* MappingCache;
  const known = cache.get(tx.organization);
  if (known?.version === version) return known;
  const fresh: PublishedMapping = { version, mapping: yield* read(tx, version) };
  const oldest = cache.keys().next().value;
  if (cache.size >= kept && oldest !== undefined) cache.delete(oldest);
  cache.set(tx.organization, fresh);
  return fresh;
});
