/** What was decided until a moment, and that moment has come. */
import { sql } from "kysely";
import type { AccountId, RoleKey } from "../../domain/index.ts";
import { run } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

export interface ExpiredRow {
  readonly kind: "grant" | "exclusion" | "invitation";
  readonly id: string;
  /** None of an invitation that nobody used. */
  readonly account: AccountId | null;
  readonly role: RoleKey;
  readonly scope: string;
}

const ending = (tx: TenantTx, table: string, now: Date, limit: number) => sql`
  update ${sql.table(table)} set ended_at = expires_at
  where organization_id = ${tx.organization} and id in (
    select id from ${sql.table(table)} where organization_id = ${tx.organization} and ended_at is null
      and expires_at <= ${now} order by expires_at limit ${limit} for update skip locked)
  returning id, account_id, role, scope`;

/** Ends up to `limit` of each kind whose moment is `now` or before, and gives them. */
export const endExpired = (tx: TenantTx, now: Date, limit: number) =>
  run({
    execute: async () => {
      const { rows } = await sql<ExpiredRow>`
        with grants as (${ending(tx, "role_grant", now, limit)}),
        exclusions as (${ending(tx, "exclusion", now, limit)}),
        invitations as (${ending(tx, "invitation", now, limit)})
        select 'grant' as kind, id, account_id as account, role, scope from grants
        union all select 'exclusion', id, account_id, role, scope from exclusions
        union all select 'invitation', id, account_id, role, scope from invitations
        order by id`.execute(tx.db);
      return rows;
    },
  });
