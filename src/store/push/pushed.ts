/** How accounts stand in the outside systems that are written. */
import { Effect } from "effect";
import { sql } from "kysely";
import type { AccountId, ConnectionId } from "../../domain/index.ts";
import { run, uuids } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

export interface PushedNow {
  readonly account: AccountId;
  readonly remoteId: string | null;
  /** Of what was wanted and is so now; null: it is to be looked at in any case. */
  readonly digest: string | null;
  readonly trouble: {
    readonly reason: string;
    readonly detail: string;
    /** Null: only when something changes or somebody asks. */
    readonly retrySeconds: number | null;
  } | null;
}

/**
 * That deletion is held outlives trouble that passes: only a person, or a success, ends it. That it was approved
 * outlives any trouble.
 */
export const putPushed = (tx: TenantTx, connection: ConnectionId, all: ReadonlyArray<PushedNow>) =>
  all.length === 0
    ? Effect.void
    : run({
        execute: () =>
          sql`insert into pushed (organization_id, connection_id, account_id, remote_id, digest, pushed_at,
              failures, retry_at, reason, detail)
            select ${tx.organization}::uuid, ${connection}::uuid, (p->>'account')::uuid, p->>'remoteId', p->>'digest',
              case when p->'trouble' = 'null' then now() end,
              case when p->'trouble' = 'null' then 0 else 1 end,
              now() + make_interval(secs => (p->'trouble'->>'retrySeconds')::float8),
              p->'trouble'->>'reason', p->'trouble'->>'detail'
            from jsonb_array_elements(${JSON.stringify(all)}::jsonb) p
            on conflict (organization_id, connection_id, account_id) do update set
              remote_id = coalesce(excluded.remote_id, pushed.remote_id), digest = excluded.digest,
              pushed_at = coalesce(excluded.pushed_at, pushed.pushed_at),
              failures = case when excluded.failures = 0 then 0 else pushed.failures + 1 end,
              retry_at = excluded.retry_at, detail = excluded.detail,
              approved = pushed.approved and excluded.failures > 0,
              reason = case when excluded.retry_at is not null and pushed.reason = 'held'
                then pushed.reason else excluded.reason end`.execute(tx.db),
      });

/** These are other names of accounts by now: how they stood there says nothing. */
export const dropPushed = (tx: TenantTx, connection: ConnectionId, accounts: ReadonlyArray<AccountId>) =>
  run({
    execute: () =>
      sql`delete from pushed where organization_id = ${tx.organization} and connection_id = ${connection}
        and account_id = ${uuids(accounts)}`.execute(tx.db),
  });

/** Whoever this account was there is gone. */
export const forgetRemote = (tx: TenantTx, connection: ConnectionId, account: AccountId) =>
  run({
    execute: () =>
      sql`update pushed set remote_id = null where organization_id = ${tx.organization}
        and connection_id = ${connection} and account_id = ${account}`.execute(tx.db),
  });

export interface PushTroubleRow {
  readonly account: AccountId;
  readonly reason: string;
  readonly detail: string | null;
  readonly failures: number;
  readonly retryAt: Date | null;
}

/** Accounts that could not be written as wanted, in the order they came to be. */
export const listPushTroubles = (
  tx: TenantTx,
  connection: ConnectionId,
  limit: number,
  after: AccountId | null,
) =>
  run({
    execute: async () => {
      const { rows } = await sql<PushTroubleRow>`
        select account_id as account, reason, detail, failures, retry_at as "retryAt" from pushed
        where organization_id = ${tx.organization} and connection_id = ${connection} and reason is not null
          and (${after}::uuid is null or account_id > ${after}::uuid) order by account_id limit ${limit}`.execute(
        tx.db,
      );
      return rows;
    },
  });

/** What was put before a person about these accounts is settled. */
export const resolvePushExceptions = (
  tx: TenantTx,
  connection: ConnectionId,
  accounts: ReadonlyArray<AccountId>,
) =>
  run({
    execute: () =>
      sql`update exception set resolved_at = now() where organization_id = ${tx.organization}
        and kind in ('push-conflict', 'push-refused') and connection_id = ${connection}
        and subject_id = ${uuids(accounts)} and resolved_at is null`.execute(tx.db),
  });
