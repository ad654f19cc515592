import type { EntityManager } from "@mikro-orm/postgresql";
import { Context, Effect, Exit, Layer, Schedule } from "effect";
import { type Kysely, sql } from "kysely";
import { fromKysely, type PgBoss } from "pg-boss";
import { type OrganizationId, Unavailable } from "../domain/index.ts";
import { isContention } from "./engine/errors.ts";
import { migrate } from "./engine/migrate.ts";
import { type Engine, type Location, open } from "./engine/open.ts";
import { ahead } from "./engine/prepared.ts";
import { openQueue, type QueueName } from "./engine/queue.ts";
import { loginComplaint } from "./engine/rights.ts";
import { attempt, insertAll, type RowSet } from "./engine/run.ts";
import type { SystemTables, TenantTables } from "./tables/index.ts";

/** A transaction inside one organization: the only way to a table that carries one (invariant 5). */
export interface TenantTx {
  readonly organization: OrganizationId;
  readonly db: Kysely<TenantTables>;
  readonly em: EntityManager;
  /** Rows that nothing in this transaction reads: written in one statement just before it commits. */
  readonly addLast: (sets: ReadonlyArray<RowSet>) => void;
  /** Sends a job that exists if and only if this transaction commits (invariant 6). */
  readonly enqueue: (queue: QueueName, job: object, when?: When) => Effect.Effect<void, Unavailable>;
}

export interface When {
  readonly afterSeconds: number;
  /** Only one job of this key is sent while it waits: none that is dropped can be one that had to see our rows. */
  readonly onceAs?: string;
  /** How long the next one of this key counts as the same: not longer than it waits, which is what it is by default. */
  readonly onceSeconds?: number;
  /** Jobs of one group are worked only so many at a time, so that one organization does not take every worker. */
  readonly group?: string;
}

/** A transaction over the tables without an organization. */
export interface SystemTx {
  readonly db: Kysely<SystemTables>;
  readonly em: EntityManager;
}

type Body<Tx, A, E, R> = (tx: Tx) => Effect.Effect<A, E, R>;

export class Store extends Context.Service<
  Store,
  {
    /**
     * Runs `body` in a transaction of `organization`, under row-level security. A success commits, anything
     * else rolls back. When two transactions got into each other's way, the body runs again: it must not
     * have effects outside the transaction.
     */
    tenant<A, E, R>(
      organization: OrganizationId,
      body: Body<TenantTx, A, E, R>,
    ): Effect.Effect<A, E | Unavailable, R>;
    /**
     * Runs `body` in a transaction of `organization` that sees one moment of the database and cannot write. On the
     * embedded database, which has one session, every other transaction waits for its end: `body` must not wait for one.
     */
    reading<A, E, R>(
      organization: OrganizationId,
      body: Body<TenantTx, A, E, R>,
    ): Effect.Effect<A, E | Unavailable, R>;
    /** The same over the system tables; `store/system.ts` is the only caller. */
    system<A, E, R>(body: Body<SystemTx, A, E, R>): Effect.Effect<A, E | Unavailable, R>;
    /** The queue, for those who work jobs. */
    readonly queue: PgBoss;
  }
>()("rolebridge/store/Store") {
  static readonly layer = (location: Location) => Layer.effect(Store, make(location));
}

const retryContention = {
  while: (error: unknown) => error instanceof Unavailable && isContention(error.cause),
  schedule: Schedule.exponential("10 millis").pipe(Schedule.jittered),
  times: 5,
};

/** The rows of each table together, tables in the order they came. */
const merged = (sets: ReadonlyArray<RowSet>): ReadonlyArray<RowSet> =>
  [...Map.groupBy(sets, ({ into }) => into)].map(([into, of]) => ({
    into,
    rows: of.flatMap(({ rows }) => rows),
  }));

interface Opened<Tx> {
  readonly tx: Tx;
  readonly enter: () => Promise<unknown>;
  /** What is to be written before the commit. */
  readonly last: ReadonlyArray<RowSet>;
}

const within = <Tx, A, E, R>(
  engine: Engine,
  opening: (em: EntityManager) => Opened<Tx>,
  body: Body<Tx, A, E, R>,
): Effect.Effect<A, E | Unavailable, R> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const em = engine.fork();
      const rollback = Effect.ignore(attempt(() => em.rollback()));
      yield* attempt(() => em.begin());
      const { tx, enter, last } = opening(em);
      const exit = yield* Effect.exit(restore(Effect.andThen(attempt(enter), body(tx))));
      if (Exit.isFailure(exit)) yield* rollback;
      else {
        const written = insertAll(em.getKysely(), merged(last), ahead);
        yield* Effect.andThen(
          written,
          attempt(() => em.commit()),
        ).pipe(Effect.onError(() => rollback));
      }
      return yield* exit;
    }),
  );

const enter = (em: EntityManager, organization: string) =>
  sql`${sql.raw(ahead)}select set_config('role', 'rolebridge_app', true), set_config('rolebridge.organization', ${organization}, true),
    set_config('plan_cache_mode', 'force_generic_plan', true)`.execute(em.getKysely());

const enterReading = async (em: EntityManager, organization: string) => {
  await sql.raw(`${ahead}set transaction isolation level repeatable read, read only`).execute(em.getKysely());
  return await enter(em, organization);
};

const later = ({ afterSeconds, onceAs, onceSeconds = afterSeconds, group }: When) => ({
  startAfter: afterSeconds,
  ...(group === undefined ? {} : { group: { id: group } }),
  ...(onceAs === undefined ? {} : { singletonKey: onceAs, singletonSeconds: onceSeconds }),
});

const make = Effect.fn("Store.make")(function* (location: Location) {
  const engine = yield* open(location);
  const applied = yield* migrate(engine, location);
  if (applied.length > 0) yield* Effect.logInfo("The database is at this version.", { migrations: applied });
  const complaint = yield* loginComplaint(engine);
  if (complaint !== undefined) yield* Effect.logWarning(complaint);
  const queue = yield* openQueue(engine);
  const openTenant = (
    em: EntityManager,
    organization: OrganizationId,
    entering: typeof enter = enter,
  ): Opened<TenantTx> => {
    const db = em.getKysely<TenantTables>();
    const last: Array<RowSet> = [];
    const tx: TenantTx = {
      organization,
      db,
      em,
      addLast: (sets) => last.push(...sets),
      enqueue: (name, job, when) =>
        attempt(() =>
          queue.send(name, job, { db: fromKysely(db), ...(when === undefined ? {} : later(when)) }),
        ),
    };
    return { tx, last, enter: () => entering(em, organization) };
  };
  const openSystem = (em: EntityManager): Opened<SystemTx> => ({
    tx: { db: em.getKysely<SystemTables>(), em },
    last: [],
    enter: () => enter(em, ""),
  });
  return Store.of({
    queue,
    tenant: (organization, body) =>
      within(engine, (em) => openTenant(em, organization), body).pipe(Effect.retry(retryContention)),
    reading: (organization, body) =>
      within(engine, (em) => openTenant(em, organization, enterReading), body).pipe(
        Effect.retry(retryContention),
      ),
    system: (body) => within(engine, openSystem, body).pipe(Effect.retry(retryContention)),
  });
});
