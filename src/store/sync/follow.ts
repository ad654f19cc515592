/** Who follows a connection's changes, to where they were followed, and how that goes. */
import { Effect } from "effect";
import { sql } from "kysely";
import type { ConnectionId, JsonObject } from "../../domain/index.ts";
import { first, run } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

/** A followed connection as its follower sees it. */
export interface FollowRow {
  /** May it be followed still: enabled, believed, and not switched off? */
  readonly followable: boolean;
  readonly followSeconds: number | null;
  readonly cursor: JsonObject | null;
  /** Differs after each whole run: a cursor from before it is not to be stored any more. */
  readonly epoch: string;
  readonly sourceIdentity: string | null;
  readonly followFailures: number;
  readonly lagMillis: number | null;
}

/** A sign of life counts for so long. A follower gives one every few seconds. */
const lease = sql`now() + interval '12 seconds'`;

/** Everyone was read once, so that there is something to keep up to date. */
const followable = sql`(c.enabled and s.follow_seconds is not null and s.last_success_at is not null
  and s.quarantined_at is null)`;

const columns = sql`${followable} as followable, s.follow_seconds as "followSeconds", s.cursor,
  s.last_success_at::text as epoch, s.source_identity as "sourceIdentity",
  s.follow_failures as "followFailures", s.lag_millis as "lagMillis"`;

const ofConnection = (tx: TenantTx, connection: ConnectionId) => sql`
  s.organization_id = ${tx.organization} and s.connection_id = ${connection}
  and c.organization_id = s.organization_id and c.id = s.connection_id`;

/** The connection is `holder`'s to follow from now on. Undefined where it is another's, or not to be followed. */
export const claimFollow = (tx: TenantTx, connection: ConnectionId, holder: string) =>
  first({
    execute: async () =>
      (
        await sql<FollowRow>`update sync_state s set follow_holder = ${holder}, follow_lease_until = ${lease}
          from connection c where ${ofConnection(tx, connection)} and ${followable}
            and (s.follow_holder is null or s.follow_lease_until < now()) returning ${columns}`.execute(tx.db)
      ).rows,
  });

/** Seconds until a follower that gives no further sign of life is given up; undefined where there is none. */
export const followLeft = (tx: TenantTx, connection: ConnectionId) =>
  first({
    execute: async () =>
      (
        await sql<{ seconds: number }>`
          select ceil(extract(epoch from s.follow_lease_until - now()))::int as seconds from sync_state s, connection c
          where ${ofConnection(tx, connection)} and ${followable} and s.follow_holder is not null`.execute(
          tx.db,
        )
      ).rows,
  }).pipe(Effect.map((row) => row?.seconds));

const jsonOf = (cursor: JsonObject | null) => (cursor === null ? null : JSON.stringify(cursor));

export interface Sign {
  /** Did a look go well since the last sign? */
  readonly looked: boolean;
  /** To where was read when nothing was told, and after which whole run. */
  readonly cursor: JsonObject | null;
  readonly epoch: string;
}

/** A sign of life, and how things stand. Undefined where the connection is another's to follow. */
export const renewFollow = (
  tx: TenantTx,
  connection: ConnectionId,
  holder: string,
  { looked, cursor, epoch }: Sign,
) =>
  first({
    execute: async () =>
      (
        await sql<FollowRow>`update sync_state s set follow_lease_until = ${lease},
            followed_at = case when ${looked} then now() else s.followed_at end,
            follow_failures = case when ${looked} then 0 else s.follow_failures end,
            follow_reason = case when ${looked} then null else s.follow_reason end,
            follow_detail = case when ${looked} then null else s.follow_detail end,
            cursor = case when ${looked} and s.last_success_at::text = ${epoch}
              then ${jsonOf(cursor)}::jsonb else s.cursor end
          from connection c where ${ofConnection(tx, connection)} and s.follow_holder = ${holder}
          returning ${columns}`.execute(tx.db)
      ).rows,
  });

/** Is the connection this holder's to follow? Nobody can take it over until the transaction ends. */
export const holdFollow = (tx: TenantTx, connection: ConnectionId, holder: string) =>
  first(
    tx.db
      .selectFrom("sync_state")
      .select("connection_id")
      .where("organization_id", "=", tx.organization)
      .where("connection_id", "=", connection)
      .where("follow_holder", "=", holder)
      .forUpdate(),
  ).pipe(Effect.map((row) => row !== undefined));

const states = (tx: TenantTx, connection: ConnectionId) =>
  tx.db
    .updateTable("sync_state")
    .where("organization_id", "=", tx.organization)
    .where("connection_id", "=", connection);

/** Ends whoever follows it, or this holder: the next one opens it afresh. */
export const releaseFollow = (tx: TenantTx, connection: ConnectionId, holder?: string) => {
  const ended = states(tx, connection).set({ follow_holder: null, follow_lease_until: null });
  return run(holder === undefined ? ended : ended.where("follow_holder", "=", holder));
};

/** `null`: changes are not followed. Whoever follows it ends. */
export const setFollow = (tx: TenantTx, connection: ConnectionId, seconds: number | null) =>
  run(
    states(tx, connection).set({
      follow_seconds: seconds,
      follow_holder: null,
      follow_lease_until: null,
      follow_failures: 0,
      follow_reason: null,
      follow_detail: null,
    }),
  );

export interface Followed extends Omit<Sign, "looked"> {
  /** When the newest of the changes happened, and how long the oldest took; null: nothing new was found. */
  readonly changedAt: Date | null;
  readonly lagMillis: number | null;
}

/** What was told is kept: the next look goes on from `cursor`, unless everything was read meanwhile. */
export const noteFollowed = (
  tx: TenantTx,
  connection: ConnectionId,
  { cursor, epoch, changedAt, lagMillis }: Followed,
) =>
  run(
    states(tx, connection).set({
      followed_at: sql`now()`,
      follow_failures: 0,
      follow_reason: null,
      follow_detail: null,
      cursor: sql`case when last_success_at::text = ${epoch} then ${jsonOf(cursor)}::jsonb else cursor end`,
      ...(changedAt === null ? {} : { changed_at: sql`greatest(changed_at, ${changedAt})` }),
      ...(lagMillis === null ? {} : { lag_millis: lagMillis }),
    }),
  );

export const noteFollowTrouble = (
  tx: TenantTx,
  connection: ConnectionId,
  { reason, detail }: { readonly reason: string; readonly detail: string },
) =>
  run(
    states(tx, connection).set({
      follow_failures: sql`follow_failures + 1`,
      follow_reason: reason,
      follow_detail: detail,
    }),
  );

/** The connections that should be followed and that nobody follows. */
export const listUnfollowed = (tx: TenantTx) =>
  run({
    execute: async () => {
      const { rows } = await sql<{ id: ConnectionId }>`
        select s.connection_id as id from sync_state s
        join connection c on c.organization_id = s.organization_id and c.id = s.connection_id
        where s.organization_id = ${tx.organization} and ${followable}
          and (s.follow_lease_until is null or s.follow_lease_until < now())`.execute(tx.db);
      return rows.map((row) => row.id);
    },
  });
