/** What those who did something are called: tokens and clients by their labels, runs by what asked for them. */
import { sql } from "kysely";
import { run, uuids } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

/** The labels of those of `ids` that this organization has, in one statement. */
export const actorLabels = (tx: TenantTx, ids: ReadonlyArray<string>) =>
  run({
    execute: async () => {
      const { rows } = await sql<{ id: string; label: string }>`
        select id, label from scim_token where organization_id = ${tx.organization} and id = ${uuids(ids)}
        union all
        select id, label from oauth_client where organization_id = ${tx.organization} and id = ${uuids(ids)}
        union all
        select id, trigger from run where organization_id = ${tx.organization} and id = ${uuids(ids)}`.execute(
        tx.db,
      );
      return new Map(rows.map(({ id, label }) => [id, label]));
    },
  });
