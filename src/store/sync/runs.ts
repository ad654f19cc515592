/** Runs: asked for, begun by one holder, ended. Their rows are the progress that people see. */
import { Effect } from "effect";
import { sql } from "kysely";
import type {
  ConnectionId,
  DirectoryGroupId,
  DirectoryUserId,
  FailedObject,
  OperatorId,
  Run,
  RunId,
  RunState,
  RunStep,
  RunTrigger,
} from "../../domain/index.ts";
import { first, jsonb, oneRow, run } from "../engine/run.ts";
import { newId } from "../id.ts";
import type { TenantTx } from "../store.ts";

const columns = [
  "id",
  "connection_id as connectionId",
  "state",
  "trigger",
  "requested_by as requestedBy",
  "user_id as userId",
  "group_id as groupId",
  "follows",
  "requested_at as requestedAt",
  "due_at as dueAt",
  "started_at as startedAt",
  "ended_at as endedAt",
  "attempts",
  "steps",
  "failures",
  "reason",
  "detail",
] as const;

export interface NewRun {
  readonly connection: ConnectionId;
  readonly trigger: RunTrigger;
  readonly requestedBy: OperatorId | null;
  readonly user: DirectoryUserId | null;
  readonly group?: DirectoryGroupId | null;
  /** Not to be begun before so many seconds have passed. Without it: at once. */
  readonly afterSeconds?: number;
}

const runsOf = (tx: TenantTx) =>
  tx.db.selectFrom("run").select(columns).where("organization_id", "=", tx.organization).$castTo<Run>();

type About = Pick<NewRun, "connection" | "user" | "group">;

const waitingRun = (tx: TenantTx, { connection, user, group = null }: About) =>
  tx.db
    .updateTable("run")
    .where("organization_id", "=", tx.organization)
    .where("connection_id", "=", connection)
    .where("state", "=", "waiting")
    .where("user_id", user === null ? "is" : "=", user)
    .where("group_id", group === null ? "is" : "=", group);

/**
 * Asks for a run. One that waits already will see all that this one would: it is given instead, and is due as soon as
 * the sooner of both. The state of the connection must be locked before, so that nobody begins that one in between.
 */
export const requestRun = Effect.fn("requestRun")(function* (tx: TenantTx, wanted: NewRun) {
  const { afterSeconds = 0 } = wanted;
  const dueAt = afterSeconds === 0 ? null : sql<Date>`now() + make_interval(secs => ${afterSeconds})`;
  yield* run(
    tx.db
      .insertInto("run")
      .values({
        organization_id: tx.organization,
        id: newId<RunId>(),
        connection_id: wanted.connection,
        state: "waiting",
        trigger: wanted.trigger,
        requested_by: wanted.requestedBy,
        user_id: wanted.user,
        group_id: wanted.group ?? null,
        due_at: dueAt,
        steps: jsonb([]),
        failures: jsonb([]),
      })
      .onConflict((conflict) => conflict.doNothing()),
  );
  // `least` would take no due time at all for none.
  const sooner = dueAt === null ? null : sql<Date>`case when due_at > ${dueAt} then ${dueAt} else due_at end`;
  return yield* first(waitingRun(tx, wanted).set({ due_at: sooner }).returning(columns).$castTo<Run>());
});

/** Does a later run wait that will see all this one would? Then that is due at once. */
export const hurryWaiting = (tx: TenantTx, wanted: About) =>
  run(waitingRun(tx, wanted).set({ due_at: null }).returning("id")).pipe(
    Effect.map((rows) => rows.length > 0),
  );

export interface RunningRow {
  readonly id: RunId;
  readonly live: boolean;
  readonly attempts: number;
  readonly follows: boolean;
}

/** The run at work on this connection. `live`: its holder gave a sign of life lately. */
export const findRunning = (tx: TenantTx, connection: ConnectionId) =>
  first(
    tx.db
      .selectFrom("run")
      .select(["id", "attempts", "follows", sql<boolean>`lease_until > now()`.as("live")])
      .where("organization_id", "=", tx.organization)
      .where("connection_id", "=", connection)
      .where("state", "=", "running")
      .$castTo<RunningRow>(),
  );

/** The oldest run that waits and is due; those about one person or group go first, as they are short. */
export const findWaiting = (tx: TenantTx, connection: ConnectionId) =>
  first(
    runsOf(tx)
      .where("connection_id", "=", connection)
      .where("state", "=", "waiting")
      .where(sql<boolean>`coalesce(due_at <= now(), true)`)
      .orderBy(sql`user_id is null and group_id is null`)
      .orderBy("id")
      .limit(1),
  );

export const findRun = (tx: TenantTx, id: string) => first(runsOf(tx).where("id", "=", id));

/** Newest first; `before` is the id to go on from. */
export const listRuns = (
  tx: TenantTx,
  options: { readonly limit: number; readonly before?: string; readonly connection?: ConnectionId },
) => {
  let query = runsOf(tx).orderBy("id", "desc").limit(options.limit);
  if (options.before !== undefined) query = query.where("id", "<", options.before);
  if (options.connection !== undefined) query = query.where("connection_id", "=", options.connection);
  return run(query);
};

/** The newest run of each connection, save those that only follow changes. */
export const listLastRuns = (tx: TenantTx) =>
  run(
    runsOf(tx)
      .where("follows", "=", false)
      .distinctOn("connection_id")
      .orderBy("connection_id")
      .orderBy("id", "desc"),
  );

/** How long a sign of life counts. A holder gives one every few seconds. */
const lease = sql<Date>`now() + interval '12 seconds'`;

/** The run is `holder`'s from now on, begun afresh. */
export const beginRun = (tx: TenantTx, id: RunId, holder: string) =>
  first(
    tx.db
      .updateTable("run")
      .set({
        state: "running",
        holder,
        lease_until: lease,
        started_at: sql`coalesce(started_at, now())`,
        attempts: sql`attempts + 1`,
        steps: jsonb<ReadonlyArray<RunStep>>([]),
        failures: jsonb<ReadonlyArray<FailedObject>>([]),
      })
      .where("organization_id", "=", tx.organization)
      .where("id", "=", id)
      // Its holder may have given a sign of life while we waited for its transaction to end.
      .where((is) => is.or([is("state", "=", "waiting"), is("lease_until", "<", sql<Date>`now()`)]))
      .returning(columns)
      .$castTo<Run>(),
  );

export interface Progress {
  readonly steps: ReadonlyArray<RunStep>;
  readonly failures: ReadonlyArray<FailedObject>;
}

const held = (tx: TenantTx, id: RunId, holder: string) =>
  tx.db
    .updateTable("run")
    .where("organization_id", "=", tx.organization)
    .where("id", "=", id)
    .where("holder", "=", holder)
    .where("state", "=", "running");

/** A sign of life with how far it is, and whether the connection is enabled. Undefined where the run is another's. */
export const noteProgress = (tx: TenantTx, id: RunId, holder: string, { steps, failures }: Progress) =>
  first(
    held(tx, id, holder)
      .set({ lease_until: lease, steps: jsonb(steps), failures: jsonb(failures) })
      .returning((row) =>
        row
          .selectFrom("connection as c")
          .select("c.enabled")
          .whereRef("c.organization_id", "=", "run.organization_id")
          .whereRef("c.id", "=", "run.connection_id")
          .as("enabled"),
      )
      .$castTo<{ readonly enabled: boolean }>(),
  );

/** Is the run still this holder's, and its connection enabled? Nobody can take it over until the transaction ends. */
export const holdRun = (tx: TenantTx, id: RunId, holder: string) =>
  first(
    tx.db
      .selectFrom("run as r")
      .innerJoin("connection as c", (join) =>
        join.onRef("c.organization_id", "=", "r.organization_id").onRef("c.id", "=", "r.connection_id"),
      )
      .select(["c.enabled"])
      .where("r.organization_id", "=", tx.organization)
      .where("r.id", "=", id)
      .where("r.holder", "=", holder)
      .where("r.state", "=", "running")
      .forShare("r"),
  );

export interface Ending extends Progress {
  readonly state: RunState;
  readonly reason: string | null;
  readonly detail: string | null;
}

/** Ends the run, or puts it back to wait. False where it is another's by now. */
export const endRun = (
  tx: TenantTx,
  id: RunId,
  holder: string,
  { state, reason, detail, steps, failures }: Ending,
) =>
  run(
    held(tx, id, holder)
      .set({
        state,
        reason,
        detail,
        steps: jsonb(steps),
        failures: jsonb(failures),
        ended_at: state === "waiting" ? null : sql`now()`,
        holder: null,
        lease_until: null,
      })
      .returning("id"),
  ).pipe(Effect.map((rows) => rows.length > 0));

/** Keeps the newest `kept` ended runs of a connection: of those that follow changes, or of the others. */
export const forgetOldRuns = (tx: TenantTx, connection: ConnectionId, kept: number, follows = false) =>
  run({
    execute: () =>
      sql`delete from run where organization_id = ${tx.organization} and id in (
        select id from run where organization_id = ${tx.organization} and connection_id = ${connection}
          and ended_at is not null and follows = ${follows} order by id desc offset ${kept})`.execute(tx.db),
  });

/** A run that is `holder`'s from its first moment on. The state of the connection must be locked before. */
export const beginFollowing = (tx: TenantTx, connection: ConnectionId, holder: string) =>
  run(
    tx.db
      .insertInto("run")
      .values({
        organization_id: tx.organization,
        id: newId<RunId>(),
        connection_id: connection,
        state: "running",
        trigger: "change",
        follows: true,
        steps: jsonb([]),
        failures: jsonb([]),
        attempts: 1,
        started_at: sql`now()`,
        holder,
        lease_until: lease,
      })
      .returning(columns)
      .$castTo<Run>(),
  ).pipe(Effect.flatMap(oneRow));

/** Ends a run that follows changes and whose holder is gone: what it was to read is named again. */
export const endLeftBehind = (tx: TenantTx, id: RunId) =>
  run(
    tx.db
      .updateTable("run")
      .set({
        state: "cancelled",
        ended_at: sql`now()`,
        holder: null,
        lease_until: null,
        detail: "It was interrupted. What it was to read is read again by the next one.",
      })
      .where("organization_id", "=", tx.organization)
      .where("id", "=", id)
      .where("follows", "=", true)
      .where("state", "=", "running")
      .where("lease_until", "<", sql<Date>`now()`),
  );
