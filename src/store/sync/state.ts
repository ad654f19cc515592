/** When connections are read, and whether what they say is believed. */
import { Effect } from "effect";
import { sql } from "kysely";
import type { ConnectionId, JsonObject } from "../../domain/index.ts";
import { first, jsonb, run } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

export interface SyncStateRow {
  readonly connectionId: ConnectionId;
  readonly everySeconds: number | null;
  readonly dueAt: Date | null;
  /** Is it time for the next scheduled run? */
  readonly due: boolean;
  readonly failures: number;
  readonly lastSuccessAt: Date | null;
  readonly sourceIdentity: string | null;
  readonly followSeconds: number | null;
  readonly followedAt: Date | null;
  readonly changedAt: Date | null;
  readonly lagMillis: number | null;
  readonly followFailures: number;
  readonly followReason: string | null;
  readonly followDetail: string | null;
  readonly quarantinedAt: Date | null;
  readonly reason: string | null;
  readonly detail: string | null;
}

const columns = [
  "connection_id as connectionId",
  "every_seconds as everySeconds",
  "due_at as dueAt",
  sql<boolean>`coalesce(due_at <= now(), false)`.as("due"),
  "failures",
  "last_success_at as lastSuccessAt",
  "source_identity as sourceIdentity",
  "follow_seconds as followSeconds",
  "followed_at as followedAt",
  "changed_at as changedAt",
  "lag_millis as lagMillis",
  "follow_failures as followFailures",
  "follow_reason as followReason",
  "follow_detail as followDetail",
  "quarantined_at as quarantinedAt",
  "reason",
  "detail",
] as const;

/** Due at once, or after the usual time. */
export const addSyncState = (
  tx: TenantTx,
  connection: ConnectionId,
  everySeconds: number | null,
  { atOnce = true, followSeconds = null }: { atOnce?: boolean; followSeconds?: number | null } = {},
) =>
  run(
    tx.db.insertInto("sync_state").values({
      organization_id: tx.organization,
      connection_id: connection,
      every_seconds: everySeconds,
      follow_seconds: followSeconds,
      due_at: everySeconds === null ? null : sql`now() + make_interval(secs => ${atOnce ? 0 : everySeconds})`,
    }),
  );

const states = (tx: TenantTx) =>
  tx.db
    .selectFrom("sync_state")
    .select(columns)
    .where("organization_id", "=", tx.organization)
    .$castTo<SyncStateRow>();

export const listSyncStates = (tx: TenantTx) => run(states(tx).orderBy("connection_id"));

export const findSyncState = (tx: TenantTx, connection: ConnectionId) =>
  first(states(tx).where("connection_id", "=", connection));

/** Held until the transaction ends: whoever begins, ends or reschedules runs of a connection waits for it. */
export const lockSyncState = (tx: TenantTx, connection: ConnectionId) =>
  first(states(tx).where("connection_id", "=", connection).forUpdate());

/** The connections for which a job should be there: asked for, left behind by its holder, or overdue. */
export const listWaitingConnections = (tx: TenantTx) =>
  run({
    execute: async () => {
      const { rows } = await sql<{ id: ConnectionId }>`
        select s.connection_id as id from sync_state s
        join connection c on c.organization_id = s.organization_id and c.id = s.connection_id and c.enabled
        where s.organization_id = ${tx.organization}
          and (s.due_at < now() - interval '30 seconds'
            or exists (select from run r where r.organization_id = s.organization_id
              and r.connection_id = s.connection_id
              and ((r.state = 'waiting' and coalesce(r.due_at <= now(), true)) or (r.state = 'running' and r.lease_until < now() and not r.follows))))`.execute(
        tx.db,
      );
      return rows.map((row) => row.id);
    },
  });

/** `everySeconds`: null for no schedule. It is due at once. */
export const setSchedule = (tx: TenantTx, connection: ConnectionId, everySeconds: number | null) =>
  run(
    tx.db
      .updateTable("sync_state")
      .set({ every_seconds: everySeconds, due_at: everySeconds === null ? null : sql`now()` })
      .where("organization_id", "=", tx.organization)
      .where("connection_id", "=", connection),
  );

/**
 * A good run of the directory `identity`: what it said is believed, and the next one is due after the usual time.
 * Changes are followed from `cursor` on; without one, from where they were followed before.
 */
export const noteSuccess = (
  tx: TenantTx,
  connection: ConnectionId,
  { identity, cursor }: { readonly identity: string | null; readonly cursor: JsonObject | null },
) =>
  run(
    tx.db
      .updateTable("sync_state")
      .set({
        failures: 0,
        last_success_at: sql`now()`,
        source_identity: identity,
        ...(cursor === null ? {} : { cursor: jsonb(cursor) }),
        quarantined_at: null,
        reason: null,
        detail: null,
        due_at: sql`now() + make_interval(secs => every_seconds)`,
      })
      .where("organization_id", "=", tx.organization)
      .where("connection_id", "=", connection),
  );

export interface Trouble {
  readonly reason: string;
  readonly detail: string;
  /** Is nothing it says to be believed until a run goes well? */
  readonly quarantine: boolean;
  /** Seconds until it is tried again where it has a schedule. */
  readonly retrySeconds: number;
}

export const noteTrouble = Effect.fn("noteTrouble")(function* (
  tx: TenantTx,
  connection: ConnectionId,
  { reason, detail, quarantine, retrySeconds }: Trouble,
) {
  yield* run(
    tx.db
      .updateTable("sync_state")
      .set({
        failures: sql`failures + 1`,
        reason,
        detail,
        ...(quarantine ? { quarantined_at: sql`coalesce(quarantined_at, now())` } : {}),
        due_at: sql`case when every_seconds is null then null else now() + make_interval(secs => ${retrySeconds}) end`,
      })
      .where("organization_id", "=", tx.organization)
      .where("connection_id", "=", connection),
  );
});

/**
 * Which directory is read by a run before which none went well: what is written there meanwhile, through whatever
 * connection, is known for ours from the first fact on. It binds to nothing: only a good run does.
 */
export const noteFirstIdentity = (tx: TenantTx, connection: ConnectionId, identity: string) =>
  run(
    tx.db
      .updateTable("sync_state")
      .set({ source_identity: identity })
      .where("organization_id", "=", tx.organization)
      .where("connection_id", "=", connection)
      .where("last_success_at", "is", null),
  );
