/** What was in force when somebody was looked at last: a later mapping reaches them with the next news of them. */
import { Effect } from "effect";
import { type CompiledMapping, compile, decodeMapping, emptyMapping } from "../../mapping/index.ts";
import {
  type CatalogueRole,
  findMapping,
  loadCatalogue,
  pastCatalogues,
  type TenantTx,
} from "../../store/index.ts";

/** Whoever was not looked at through so many changes of the catalogue counts as forgotten. */
const remembered = 5;

const laddersOf = (roles: ReadonlyArray<CatalogueRole>) => {
  const standing = roles
    .filter(({ ladder }) => ladder !== null)
    .toSorted((a, b) => (a.rank ?? 0) - (b.rank ?? 0));
  return [...Map.groupBy(standing, ({ ladder }) => ladder).values()].map((of) => of.map(({ key }) => key));
};

const reservedOf = (roles: ReadonlyArray<CatalogueRole>) =>
  new Set(roles.filter(({ reserved }) => reserved).map(({ key }) => key));

const documentOf = Effect.fnUntraced(function* (tx: TenantTx, version: number) {
  const row = yield* findMapping(tx, version);
  return yield* Effect.orDie(Effect.fromResult(decodeMapping(row?.document ?? emptyMapping)));
});

/**
 * Gives what compiles a version of the mapping, with every catalogue that may have counted when somebody was looked at
 * by it. Each is compiled once.
 */
export const pastMappings = Effect.fn("pastMappings")(function* (tx: TenantTx) {
  const { scopes, ...current } = yield* loadCatalogue(tx);
  const older = (yield* pastCatalogues(tx, remembered)).map((roles) => ({
    ladders: laddersOf(roles),
    reserved: reservedOf(roles),
  }));
  // Before there was a catalogue, nothing was in a ladder and nothing reserved.
  const catalogues = [current, ...older, { ladders: [], reserved: new Set<never>() }];
  const compiled = new Map<number, ReadonlyArray<CompiledMapping>>();
  return Effect.fnUntraced(function* (version: number) {
    const known = compiled.get(version);
    if (known !== undefined) return known;
    const mapping = yield* documentOf(tx, version);
    const made = catalogues.map((catalogue) => compile(mapping, { ...catalogue, scopes }));
    compiled.set(version, made);
    return made;
  });
});
