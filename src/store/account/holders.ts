/** Who can what: roles that accounts have, and the permissions these give. */
import { sql } from "kysely";
import type { AccountId, RoleKey } from "../../domain/index.ts";
import { run, uuids } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

interface HeldRole {
  readonly role: RoleKey;
  readonly scope: string;
}

export interface Holder {
  readonly account: AccountId;
  /** Those that give the permission. */
  readonly roles: ReadonlyArray<HeldRole>;
}

export interface HoldersWanted {
  readonly permission: string;
  /** Only where it counts in this scope: by a role limited to it, or to none. */
  readonly scope?: string;
  readonly limit: number;
  readonly after?: string;
}

/** Accounts whose roles give a permission, in the order they came to be. */
export const listHolders = (tx: TenantTx, { permission, scope, limit, after }: HoldersWanted) =>
  run({
    execute: async () => {
      const { rows } = await sql<Holder>`
        select s.account_id as account,
          jsonb_agg(jsonb_build_object('role', s.role, 'scope', s.scope) order by s.role, s.scope) as roles
        from assignment s
        join role r on r.organization_id = s.organization_id and r.key = s.role
        where s.organization_id = ${tx.organization} and r.permissions @> ${JSON.stringify([permission])}::jsonb
          and (${scope ?? null}::text is null or s.scope in ('', ${scope ?? null}::text))
          and (${after ?? null}::uuid is null or s.account_id > ${after ?? null}::uuid)
        group by s.account_id order by s.account_id limit ${limit}`.execute(tx.db);
      return rows;
    },
  });

export interface HeldPermission {
  readonly account: AccountId;
  readonly permission: string;
  /** The roles that give it. */
  readonly roles: ReadonlyArray<HeldRole>;
}

/** Everything that these accounts may do, in one query. */
export const listPermissions = (tx: TenantTx, accounts: ReadonlyArray<AccountId>) =>
  run({
    execute: async () => {
      const { rows } = await sql<HeldPermission>`
        select s.account_id as account, p as permission,
          jsonb_agg(jsonb_build_object('role', s.role, 'scope', s.scope) order by s.role, s.scope) as roles
        from assignment s
        join role r on r.organization_id = s.organization_id and r.key = s.role
        cross join jsonb_array_elements_text(r.permissions) p
        where s.organization_id = ${tx.organization} and s.account_id = ${uuids(accounts)}
        group by s.account_id, p order by s.account_id, p`.execute(tx.db);
      return rows;
    },
  });
