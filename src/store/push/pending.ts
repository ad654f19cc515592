/** Who is to be looked at for each connection that is written. */
import { Effect } from "effect";
import { sql } from "kysely";
import type { AccountId, ConnectionId, EventId } from "../../domain/index.ts";
import { run, uuidArray, uuids } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

/** The later one stays: whoever works the earlier one leaves it. */
const onConflict = sql`on conflict (organization_id, connection_id, account_id) do update
  set cause_event_id = excluded.cause_event_id, since = clock_timestamp()`;

interface Row {
  readonly id: AccountId;
  readonly cause: EventId;
}

/** Has these accounts looked at for every connection that is written, and gives these connections. */
export const addPushPending = (tx: TenantTx, accounts: ReadonlyArray<Row>) =>
  run({
    execute: async () => {
      const { rows } = await sql<{ id: ConnectionId }>`with added as (
          insert into push_pending (organization_id, connection_id, account_id, cause_event_id)
          select p.organization_id, p.connection_id, a.id, a.cause
          from push p cross join unnest(${uuidArray(accounts.map(({ id }) => id))},
            ${uuidArray(accounts.map(({ cause }) => cause))}) a(id, cause)
          where p.organization_id = ${tx.organization} and p.mode = 'enforce'
          order by p.connection_id, a.id ${onConflict} returning connection_id)
        select distinct connection_id as id from added`.execute(tx.db);
      return rows.map(({ id }) => id);
    },
  });

/** Has everyone looked at, for one connection: what is to be written there was changed. */
export const addEveryonePushPending = (tx: TenantTx, connection: ConnectionId, cause: EventId) =>
  run({
    execute: () =>
      sql`insert into push_pending (organization_id, connection_id, account_id, cause_event_id)
        select organization_id, ${connection}::uuid, id, ${cause}::uuid from account
        where organization_id = ${tx.organization} and merged_into is null order by id ${onConflict}`.execute(
        tx.db,
      ),
  });

/** One account, or all in trouble and all of whom something was begun: asked to be tried again. What was held is approved by that. */
export const retryPushed = (
  tx: TenantTx,
  connection: ConnectionId,
  account: AccountId | null,
  cause: EventId,
) =>
  run({
    execute: async () => {
      const { rows } = await sql<{ id: AccountId }>`with again as (
          insert into pushed (organization_id, connection_id, account_id, reason)
          select ${tx.organization}::uuid, ${connection}::uuid, ${account}::uuid, null
          where ${account}::uuid is not null
          on conflict (organization_id, connection_id, account_id) do update set digest = null, failures = 0,
            retry_at = null, approved = pushed.approved or pushed.reason is not distinct from 'held',
            reason = nullif(pushed.reason, 'held')
          returning account_id),
        troubled as (
          update pushed set digest = null, failures = 0, retry_at = null,
            approved = approved or reason = 'held',
            reason = nullif(reason, 'held')
          where organization_id = ${tx.organization} and connection_id = ${connection}
            and reason is not null and ${account}::uuid is null
          returning account_id),
        begun as (
          select coalesce(a.merged_into, a.id) as account_id from intent i
          join account a on a.organization_id = i.organization_id and a.id = i.account_id
          where i.organization_id = ${tx.organization} and i.connection_id = ${connection} and i.state = 'open'
            and ${account}::uuid is null)
        insert into push_pending (organization_id, connection_id, account_id, cause_event_id)
        select ${tx.organization}::uuid, ${connection}::uuid, account_id, ${cause}::uuid
        from (select account_id from again union select account_id from troubled union select account_id from begun) t
        order by account_id ${onConflict} returning account_id as id`.execute(tx.db);
      return rows.length;
    },
  });

/** Of whom something was begun and nobody waits to look what became of it: they wait from now on. */
export const addBegunPushPending = (tx: TenantTx) =>
  run({
    execute: () =>
      sql`insert into push_pending (organization_id, connection_id, account_id, cause_event_id)
        select distinct on (i.connection_id, coalesce(a.merged_into, a.id))
          i.organization_id, i.connection_id, coalesce(a.merged_into, a.id), i.cause_event_id
        from intent i
        join push p on p.organization_id = i.organization_id and p.connection_id = i.connection_id
          and p.mode = 'enforce'
        join account a on a.organization_id = i.organization_id and a.id = i.account_id
        where i.organization_id = ${tx.organization} and i.state = 'open' and not exists (
          select from pushed d where d.organization_id = i.organization_id and d.connection_id = i.connection_id
            and d.account_id = coalesce(a.merged_into, a.id) and d.reason is not null)
        order by 2, 3, i.id on conflict do nothing`.execute(tx.db),
  });

export interface WaitingRow {
  readonly id: AccountId;
  readonly cause: EventId;
  /** As text, to the microsecond: a later mark is another one. */
  readonly since: string;
}

/** Up to `limit` accounts whose time has come, those not among `besides`; nothing is taken away by looking. */
export const listPushPending = (
  tx: TenantTx,
  connection: ConnectionId,
  limit: number,
  besides: ReadonlyArray<AccountId>,
) =>
  run({
    execute: async () => {
      const { rows } = await sql<WaitingRow>`
        select w.account_id as id, w.cause_event_id as cause, w.since::text as since from push_pending w
        left join pushed d on d.organization_id = w.organization_id
          and d.connection_id = w.connection_id and d.account_id = w.account_id
        where w.organization_id = ${tx.organization} and w.connection_id = ${connection}
          and (d.retry_at is null or d.retry_at <= now()) and not w.account_id = ${uuids(besides)}
        order by w.since, w.account_id limit ${limit}`.execute(tx.db);
      return rows;
    },
  });

/** Seconds until the first of those who wait for their time; null: nobody does. */
export const nextPushPending = (tx: TenantTx, connection: ConnectionId) =>
  run({
    execute: async () => {
      const { rows } = await sql<{ seconds: number | null }>`
        select extract(epoch from min(coalesce(d.retry_at, now())) - now())::float8 as seconds from push_pending w
        left join pushed d on d.organization_id = w.organization_id
          and d.connection_id = w.connection_id and d.account_id = w.account_id
        where w.organization_id = ${tx.organization} and w.connection_id = ${connection}`.execute(tx.db);
      return rows[0]?.seconds ?? null;
    },
  });

/** What was looked at waits no longer, unless it was asked for again meanwhile. */
export const dropPushPending = (
  tx: TenantTx,
  connection: ConnectionId,
  waiting: ReadonlyArray<Pick<WaitingRow, "id" | "since">>,
) =>
  waiting.length === 0
    ? Effect.void
    : run({
        execute: () =>
          sql`delete from push_pending w using unnest(${uuidArray(waiting.map(({ id }) => id))},
              ${waiting.map(({ since }) => since)}::timestamptz[]) t(id, since)
            where w.organization_id = ${tx.organization} and w.connection_id = ${connection}
              and w.account_id = t.id and w.since = t.since`.execute(tx.db),
      });

export const countPushPending = (tx: TenantTx, connection: ConnectionId) =>
  run(
    tx.db
      .selectFrom("push_pending")
      .select(sql<number>`count(*)::int`.as("count"))
      .where("organization_id", "=", tx.organization)
      .where("connection_id", "=", connection),
  ).pipe(Effect.map(([row]) => row?.count ?? 0));
