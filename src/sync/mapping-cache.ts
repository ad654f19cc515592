import { Context, Effect, Layer } from "effect";
import type { OrganizationId } from "../domain/index.ts";
import { type CompiledMapping, compile, decodeMapping, emptyMapping } from "../mapping/index.ts";
import {
  catalogueMark,
  findMapping,
  loadCatalogue,
  publishedVersion,
  type TenantTx,
} from "../store/index.ts";

const kept = 1_000;

export interface PublishedMapping {
  readonly version: number;
  /** The stamp of the catalogue it was compiled with. */
  readonly catalogue: string;
  readonly mapping: CompiledMapping;
}

/**
 * Compiled mappings by organization. A published version never changes, nor does a catalogue of one stamp: only
 * these are asked each time, and what they stand for is read and compiled when one is new.
 */
export class MappingCache extends Context.Service<MappingCache, Map<OrganizationId, PublishedMapping>>()(
  "rolebridge/sync/MappingCache",
) {
  static readonly layer = Layer.sync(MappingCache, () => new Map());
}

/** A stored version of the mapping, with the catalogue as it is now. */
export const compileVersion = Effect.fn("compileVersion")(function* (tx: TenantTx, version: number) {
  const row = yield* findMapping(tx, version);
  const mapping = yield* Effect.orDie(Effect.fromResult(decodeMapping(row?.document ?? emptyMapping)));
  return compile(mapping, yield* loadCatalogue(tx));
});

/** The mapping in force, as this transaction sees it. */
export const publishedMapping = Effect.fn("publishedMapping")(function* (tx: TenantTx) {
  return yield* mappingOfVersion(tx, yield* publishedVersion(tx), (yield* catalogueMark(tx)).stamp);
});

/** The mapping of a published version; an empty one for 0, before anything was published. */
export const mappingOfVersion = Effect.fn("mappingOfVersion")(function* (
  tx: TenantTx,
  version: number,
  catalogue: string,
) {
  const cache = yield* MappingCache;
  const known = cache.get(tx.organization);
  if (known?.version === version && known.catalogue === catalogue) return known;
  const fresh: PublishedMapping = { version, catalogue, mapping: yield* compileVersion(tx, version) };
  const oldest = cache.keys().next().value;
  if (cache.size >= kept && oldest !== undefined) cache.delete(oldest);
  cache.set(tx.organization, fresh);
  return fresh;
});
