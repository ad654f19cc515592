import type { EntityManager } from "@mikro-orm/postgresql";
import { Context, Effect, Exit, Layer, Schedule } from "effect";
import { type Kysely, sql } from "kysely";
import { fromKysely, type PgBoss } from "pg-boss";
import { type OrganizationId, Unavailable } from "../domain/index.ts";
import { isContention } from "./engine/errors.ts";
import { migrate } from "./engine/migrate.ts";
import { type Engine, type Location, open } from "./engine/open.ts";
import { openQueue, type QueueName } from "./engine/queue.ts";
import { loginComplaint } from "./engine/rights.ts";
import { attempt } from "./engine/run.ts";
import type { SystemTables, TenantTables } from "./tables/index.ts";

/** A transaction inside one organization: the only way to a table that carries one (invariant 5). */
export interface TenantTx {
  readonly organization: OrganizationId;
  readonly db: Kysely<TenantTables>;
  readonly em: EntityManager;
  /** Sends a job that exists if and only if this transaction commits (invariant 6). */
  readonly enqueue: (queue: QueueName, job: object, when?: When) => Effect.Effect<void, Unavailable>;
}

export interface When {
  readonly afterSeconds: number;
  /** Only one job of this key is sent while it waits: none that is dropped can be one that had to see our rows. */
  readonly onceAs?: string;
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

const within = <A, E, R>(
  engine: Engine,
  context: (em: EntityManager) => Promise<unknown>,
  body: (em: EntityManager) => Effect.Effect<A, E, R>,
): Effect.Effect<A, E | Unavailable, R> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const em = engine.fork();
      yield* attempt(() => em.begin());
      const exit = yield* Effect.exit(
        restore(
          Effect.andThen(
            attempt(() => context(em)),
            body(em),
          ),
        ),
      );
      if (Exit.isSuccess(exit)) yield* attempt(() => em.commit());
      else yield* Effect.ignore(attempt(() => em.rollback()));
      return yield* exit;
    }),
  );

const enter = (em: EntityManager, organization: string) =>
  sql`select set_config('role', 'rolebridge_app', true), set_config('rolebridge.organization', ${organization}, true)`.execute(
    em.getKysely(),
  );

const later = ({ afterSeconds, onceAs, group }: When) => ({
  startAfter: afterSeconds,
  ...(group === undefined ? {} : { group: { id: group } }),
  ...(onceAs === undefined ? {} : { singletonKey: onceAs, singletonSeconds: afterSeconds }),
});

const make = Effect.fn("Store.make")(function* (location: Location) {
  const engine = yield* open(location);
  const applied = yield* migrate(engine, location);
  if (applied.length > 0) yield* Effect.logInfo("The database is at this version.", { migrations: applied });
  const complaint = yield* loginComplaint(engine);
  if (complaint !== undefined) yield* Effect.logWarning(complaint);
  const queue = yield* openQueue(engine);
  const tenantTx = (em: EntityManager, organization: OrganizationId): TenantTx => {
    const db = em.getKysely<TenantTables>();
    return {
      organization,
      db,
      em,
      enqueue: (name, job, when) =>
        attempt(() =>
          queue.send(name, job, { db: fromKysely(db), ...(when === undefined ? {} : later(when)) }),
        ),
    };
  };
  return Store.of({
    queue,
    tenant: (organization, body) =>
      within(
        engine,
        (em) => enter(em, organization),
        (em) => body(tenantTx(em, organization)),
      ).pipe(Effect.retry(retryContention)),
    system: (body) =>
      within(
        engine,
        (em) => enter(em, ""),
        (em) => body({ db: em.getKysely<SystemTables>(), em }),
      ).pipe(Effect.retry(retryContention)),
  });
});
