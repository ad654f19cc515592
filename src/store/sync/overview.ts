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
}

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
            and not r.follows) as busy
        from sync_state s where s.organization_id = ${tx.organization}`.execute(tx.db);
      return rows;
    },
  });
