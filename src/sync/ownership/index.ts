/**
 * Owns when the ownership graph is asked, and what it is drawn from: which connections write, which read what, and the
 * groups that are written. Does not own what is wrong with it (mapping) nor who may change it (tenancy).
 */
import { Effect } from "effect";
import { type ConnectionId, InvalidValue, type PushMode, type PushSettings } from "../../domain/index.ts";
import {
  type CompiledMapping,
  type Landscape,
  type OwnershipProblem,
  ownershipProblems,
  type Writer,
} from "../../mapping/index.ts";
import {
  type ConnectionRow,
  connectionsWithMarks,
  listConnections,
  listPushes,
  listSyncStates,
  namedGroups,
  publishedVersion,
  type TenantTx,
} from "../../store/index.ts";
import { compileVersion, publishedMapping } from "../mapping-cache.ts";
import { echoesOf, markedAt, writerAt } from "./echo.ts";

/** A connection as it is to be: what is not stored yet counts. */
export interface Candidate {
  readonly connection: ConnectionId;
  readonly mode: PushMode;
  readonly identity: string | null;
  readonly settings: PushSettings;
}

interface Known {
  readonly rows: ReadonlyArray<ConnectionRow>;
  readonly slugs: ReadonlyMap<string, string>;
  readonly writers: ReadonlyArray<Writer & { readonly id: ConnectionId }>;
}

/** Those that write, and `candidate` as if it did. */
const writersOf = Effect.fnUntraced(function* (
  tx: TenantTx,
  rows: ReadonlyArray<ConnectionRow>,
  sources: ReadonlyMap<string, string | null>,
  candidate: Candidate | undefined,
) {
  const stored = (yield* listPushes(tx)).map(
    ({ connectionId: connection, ...rest }): Candidate => ({ connection, ...rest }),
  );
  const all = [
    ...stored.filter(({ connection }) => connection !== candidate?.connection),
    ...(candidate === undefined ? [] : [candidate]),
  ];
  return all.flatMap(({ connection: id, mode, identity, settings }): Known["writers"] => {
    const row = rows.find((one) => one.id === id);
    if (row === undefined || mode !== "enforce" || !row.enabled) return [];
    return [{ id, connection: row.slug, identity: identity ?? sources.get(id) ?? null, settings }];
  });
});

const groupsOf = Effect.fnUntraced(function* (tx: TenantTx, { rows, slugs, writers }: Known) {
  const written = new Set(writers.flatMap(({ settings }) => settings.roles.map(({ group }) => group)));
  const externals = rows.flatMap(({ id }) => [...written].map((group) => ({ connection: id, id: group })));
  if (externals.length === 0) return [];
  const found = yield* namedGroups(tx, { ids: [], externals, names: [], patterns: [] });
  return found.map(({ connectionId, ...group }) => ({ ...group, connection: slugs.get(connectionId) ?? "" }));
});

/** Whoever writes and reads what, with `candidate` as it is to be. */
const landscapeOf = Effect.fn("landscapeOf")(function* (tx: TenantTx, candidate?: Candidate) {
  const rows = yield* listConnections(tx);
  const slugs = new Map<string, string>(rows.map(({ id, slug }) => [id, slug]));
  const states = yield* listSyncStates(tx);
  const sources = new Map<string, string | null>(
    states.map(({ connectionId, sourceIdentity }) => [connectionId, sourceIdentity]),
  );
  const writers = yield* writersOf(tx, rows, sources, candidate);
  const own = new Map(writers.map(({ id, identity }) => [id, identity]));
  return {
    writers,
    readers: rows
      .filter(({ id, enabled }) => enabled && sources.has(id))
      .map(({ id, slug, settings }) => ({
        connection: slug,
        identity: sources.get(id) ?? own.get(id) ?? null,
        derives: settings["effectiveRoles"] === true,
      })),
    echoes: echoesOf(rows, writers),
    groups: yield* groupsOf(tx, { rows, slugs, writers }),
  } satisfies Landscape as Landscape;
});

/** Whose writing keeps a login's groups from being heard. `stands`: it writes no more, and what it wrote is there still. */
interface WriterThere {
  readonly slug: string;
  readonly stands: boolean;
}

/**
 * The connection that writes the directory in which people sign in through this one, or wrote what still stands there:
 * what their logins say of groups may be that. Undefined where there is none.
 */
export const writerAtLogin = Effect.fn("writerAtLogin")(function* (tx: TenantTx, login: ConnectionId) {
  const rows = yield* listConnections(tx);
  const writers = yield* writersOf(tx, rows, new Map(), undefined);
  const own = rows.find(({ id }) => id === login);
  if (own === undefined) return undefined;
  const writer = writerAt(own, rows, writers);
  const there = writer ?? markedAt(own, rows, yield* connectionsWithMarks(tx));
  if (there === undefined) return undefined;
  return { slug: there.slug, stands: writer === undefined } satisfies WriterThere as WriterThere;
});

/** What is wrong with what is written, by the mapping in force. */
export const ownershipOf = Effect.fn("ownershipOf")(function* (tx: TenantTx, candidate?: Candidate) {
  const { mapping } = yield* publishedMapping(tx);
  return ownershipProblems(mapping, yield* landscapeOf(tx, candidate));
});

const refusal = (problems: ReadonlyArray<OwnershipProblem>) =>
  problems.length === 0
    ? Effect.void
    : Effect.fail(new InvalidValue({ detail: problems.map(({ sentence }) => sentence).join("\n") }));

/** InvalidValue where the connection must not write so, with every reason in a sentence. */
export const requireOwnership = Effect.fn("requireOwnership")(function* (tx: TenantTx, candidate: Candidate) {
  const row = (yield* listConnections(tx)).find(({ id }) => id === candidate.connection);
  const problems = yield* ownershipOf(tx, candidate);
  yield* refusal(problems.filter(({ connections }) => connections.includes(row?.slug ?? "")));
});

const sentencesOf = (problems: ReadonlyArray<OwnershipProblem>) =>
  new Set(problems.map(({ sentence }) => sentence));

/** Makes a change, and fails with InvalidValue where that makes wrong what was not wrong before. */
export const keepingOwnership = Effect.fn("keepingOwnership")(function* <A, E, R>(
  tx: TenantTx,
  change: Effect.Effect<A, E, R>,
) {
  const known = sentencesOf(yield* ownershipOf(tx));
  const changed = yield* change;
  yield* refusal((yield* ownershipOf(tx)).filter(({ sentence }) => !known.has(sentence)));
  return changed;
});

/** What this version of the mapping would make wrong that is not wrong already. */
const newProblems = (landscape: Landscape, before: CompiledMapping, after: CompiledMapping) => {
  const known = sentencesOf(ownershipProblems(before, landscape));
  return ownershipProblems(after, landscape).filter(({ sentence }) => !known.has(sentence));
};

/**
 * InvalidValue where putting this version in force would close a loop through what is written outside. A loop that is
 * there already keeps nobody from publishing something better.
 */
export const requireNoNewLoops = Effect.fn("requireNoNewLoops")(function* (tx: TenantTx, version: number) {
  const landscape = yield* landscapeOf(tx);
  if (landscape.writers.length === 0) return;
  const before = yield* compileVersion(tx, yield* publishedVersion(tx));
  yield* refusal(newProblems(landscape, before, yield* compileVersion(tx, version)));
});
