/** An organization that follows a directory in memory. What goes wrong there may change while it is followed. */
import { Effect, Stream } from "effect";
import { sql } from "kysely";
import { type Connector, ConnectorFailure, type Source } from "../../../connectors/connector.ts";
import { type Fault, makeJournal, openDirectory } from "../../../connectors/memory/index.ts";
import type { Run } from "../../../src/domain/index.ts";
import { listRuns, listSyncStates, Store, type SyncStateRow, setFollow } from "../../../src/store/index.ts";
import { followConnection, Pace } from "../../../src/sync/index.ts";
import { emptyDirectory, newPulled, type Pulled, upstreams } from "../pull/support.ts";

/** What a test may put in the place of the source's own capabilities, for as long as it likes. */
export const overrides = new Map<string, Partial<Source>>();

/** How often connections were opened, by upstream. */
export const opened = new Map<string, number>();

const at = (name: string) =>
  Effect.suspend(() => {
    const upstream = upstreams.get(name);
    return upstream === undefined
      ? Effect.fail(new ConnectorFailure({ reason: "unavailable", detail: "No such directory." }))
      : Effect.map(openDirectory(upstream.directory, upstream.fault), ({ source }) => ({
          ...source,
          ...overrides.get(name),
        }));
  });

const none = new ConnectorFailure({ reason: "refused", detail: "There is no such thing here." });

/** Like the connector of the pull tests, but asks anew with each request how the directory is. */
export const liveConnector: Connector = {
  kind: "keycloak",
  title: "A directory in memory",
  fields: [],
  open: (settings) => {
    const name = (settings as { readonly upstream: string }).upstream;
    opened.set(name, (opened.get(name) ?? 0) + 1);
    return Effect.map(at(name), ({ identity }) => ({
      probe: Effect.fail(none),
      source: {
        everyone: Stream.unwrap(Effect.map(at(name), ({ everyone }) => everyone)),
        one: (id) => Effect.flatMap(at(name), ({ one }) => one(id)),
        confirm: (suspect) => Effect.flatMap(at(name), ({ confirm }) => confirm(suspect)),
        changes: (cursor) =>
          Effect.flatMap(at(name), ({ changes }) =>
            changes === undefined ? Effect.fail(none) : changes(cursor),
          ),
        branch: (id, kind) =>
          Effect.flatMap(at(name), ({ branch }) =>
            branch === undefined ? Effect.fail(none) : branch(id, kind),
          ),
        ...(identity === undefined ? {} : { identity }),
      },
    }));
  },
};

/** A connection that is followed as fast as can be. */
export const newFollowed = Effect.gen(function* () {
  const pulled = yield* newPulled;
  const directory = Object.assign(pulled.upstream.directory, { ...emptyDirectory(), journal: makeJournal() });
  const store = yield* Store;
  yield* store.tenant(pulled.organization, (tx) => setFollow(tx, pulled.connection, 1));
  return { ...pulled, directory };
});
export type Followed = Effect.Success<typeof newFollowed>;

export const nameOf = ({ upstream }: Pulled): string =>
  [...upstreams].find(([, one]) => one === upstream)?.[0] ?? "";

export const inTenant = <A, E, R>(
  { organization }: Pick<Pulled, "organization">,
  body: Parameters<typeof Store.Service.tenant<A, E, R>>[1],
) => Effect.flatMap(Store, (store) => store.tenant(organization, body));

export const stateOf = (followed: Followed) =>
  Effect.map(inTenant(followed, listSyncStates), (rows) => rows[0] as SyncStateRow);

export const cursorOf = (followed: Followed) =>
  inTenant(followed, (tx) =>
    Effect.promise(
      async () =>
        (await sql<{ cursor: unknown }>`select cursor from sync_state`.execute(tx.db)).rows[0]?.cursor,
    ),
  );

export const looks = (followed: Followed): Effect.Effect<ReadonlyArray<Run>, unknown, Store> =>
  Effect.map(
    inTenant(followed, (tx) => listRuns(tx, { limit: 100 })),
    (runs) => runs.filter(({ follows }) => follows),
  );

/** Waits until it holds, some seconds at most. */
export const until = Effect.fnUntraced(function* <A, E, R>(
  what: Effect.Effect<A, E, R>,
  holds: (value: A) => boolean,
  tries = 200,
) {
  for (let left = tries; left > 0; left -= 1) {
    const value = yield* what;
    if (holds(value)) return value;
    yield* Effect.sleep("50 millis");
  }
  return yield* Effect.fail(new Error(`Waited in vain: ${JSON.stringify(yield* what)}`));
});

const quick = {
  sign: "100 millis",
  life: "10 minutes",
  things: 500,
  pages: 20,
  tooMany: 2_000,
  readAllSeconds: 0,
} as const;

/** Follows in the background while `body` runs. */
export const following = <A, E, R>(
  { organization, connection }: Pulled,
  body: Effect.Effect<A, E, R>,
  pace: Partial<typeof Pace.Service> = {},
) =>
  Effect.raceFirst(
    body,
    Effect.andThen(
      followConnection(organization, connection).pipe(Effect.provideService(Pace, { ...quick, ...pace })),
      Effect.never,
    ),
  );

/** Follows until the cursor stands at the end of what the journal said. */
export const caughtUp = (followed: Followed) =>
  until(cursorOf(followed), (cursor) => {
    const { journal } = followed.directory;
    return (cursor as { position?: number } | null)?.position === journal.cleared + journal.hints.length;
  });

export type { Fault };
