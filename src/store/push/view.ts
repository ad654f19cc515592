/** How writing outward stands, for those who look: counts by connection. */
import { sql } from "kysely";
import type { ConnectionId } from "../../domain/index.ts";
import { run } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

export interface PushCounts {
  readonly connectionId: ConnectionId;
  /** Accounts that wait to be looked at. */
  readonly pending: number;
  /** Accounts of which something could not be written. */
  readonly troubled: number;
  /** Facts there that are ours. */
  readonly held: number;
  /** Facts of ours that somebody undid there. */
  readonly drifted: number;
}

/** Of every connection that was ever set to be written. */
export const countPushes = (tx: TenantTx) =>
  run({
    execute: async () => {
      const { rows } = await sql<PushCounts>`
        select p.connection_id as "connectionId",
          (select count(*)::int from push_pending w where w.organization_id = p.organization_id
            and w.connection_id = p.connection_id) as pending,
          (select count(*)::int from pushed d where d.organization_id = p.organization_id
            and d.connection_id = p.connection_id and d.reason is not null) as troubled,
          (select count(*)::int from intent i where i.organization_id = p.organization_id
            and i.connection_id = p.connection_id and i.state in ('open', 'held')) as held,
          (select count(*)::int from intent i where i.organization_id = p.organization_id
            and i.connection_id = p.connection_id and i.state = 'drifted') as drifted
        from push p where p.organization_id = ${tx.organization} order by 1`.execute(tx.db);
      return rows;
    },
  });
