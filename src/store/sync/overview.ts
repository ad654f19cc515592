/** What there is of each connection that is read: how many, and whether somebody is reading. */
import { sql } from "kysely";
import type { ConnectionId } from "../../domain/index.ts";
import { run } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

export interface PulledCounts {
  readonly connectionId: ConnectionId;
  readonly users: number;
  /** Groups and roles. */
  readonly groups: number;
  /** Is a run asked for or at work? */
  readonly busy: boolean;
  /** Of the last fifty runs of any sort, how many failed. */
  readonly lastRuns: number;
  readonly lastFailed: number;
  /** What could not be kept since the last whole run began. */
  readonly refused: number;
  /** Accounts with somebody of this connection that wait to be looked at. */
  readonly pending: number;
}

const lastEnded = sql`(select state from run r where r.organization_id = s.organization_id
  and r.connection_id = s.connection_id and r.state in ('done', 'failed') order by r.id desc limit 50) ended`;

export const countPulled = (tx: TenantTx) =>
  run({
    execute: async () => {
      const { rows } = await sql<PulledCounts>`
        select s.connection_id as "connectionId",
          (select count(*)::int from directory_user u
            where u.organization_id = s.organization_id and u.connection_id = s.connection_id) as users,
          (select count(*)::int from directory_group g
            where g.organization_id = s.organization_id and g.connection_id = s.connection_id) as groups,
          exists (select from run r where r.organization_id = s.organization_id
            and r.connection_id = s.connection_id and r.state in ('waiting', 'running')
            and not r.follows) as busy,
          (select count(*)::int from ${lastEnded}) as "lastRuns",
          (select count(*)::int from ${lastEnded} where state = 'failed') as "lastFailed",
          (select coalesce(sum(jsonb_array_length(r.failures)), 0)::int from run r
            where r.organization_id = s.organization_id and r.connection_id = s.connection_id and r.state = 'done'
              and r.id >= coalesce((select w.id from run w where w.organization_id = s.organization_id
                and w.connection_id = s.connection_id and w.state = 'done' and not w.follows and w.user_id is null and w.group_id is null
                order by w.id desc limit 1), r.id)) as refused,
          (select count(*)::int from pending_account p where p.organization_id = s.organization_id
            and exists (select from account_link l where l.organization_id = p.organization_id
              and l.account_id = p.account_id and l.connection_id = s.connection_id)) as pending
        from sync_state s where s.organization_id = ${tx.organization}`.execute(tx.db);
      return rows;
    },
  });
