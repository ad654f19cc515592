/** Who has what by which rule or group, now. */
import { Effect } from "effect";
import { sql } from "kysely";
import type { AccountId, DirectoryGroupId } from "../../domain/index.ts";
import { run } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";
import type { NamedGroup } from "./named-groups.ts";

/** A role in a scope, and how many accounts have it by what was asked about. */
export interface RoleCount {
  readonly role: string;
  readonly scope: string;
  readonly accounts: number;
}

const counts = (tx: TenantTx, by: ReturnType<typeof sql>) =>
  run({
    execute: async () => {
      const { rows } = await sql<RoleCount>`
        select role, scope, count(distinct account_id)::int as accounts from assignment_reason
        where organization_id = ${tx.organization} and ${by} group by role, scope order by role, scope`.execute(
        tx.db,
      );
      return rows;
    },
  });

export const rolesByRule = (tx: TenantTx, rule: string) => counts(tx, sql`rule = ${rule}`);
export const rolesByGroup = (tx: TenantTx, group: DirectoryGroupId) => counts(tx, sql`group_id = ${group}`);

export const countByRule = (tx: TenantTx, rule: string) =>
  run({
    execute: async () => {
      const { rows } = await sql<{ count: number }>`
        select count(distinct account_id)::int as count from assignment_reason
        where organization_id = ${tx.organization} and rule = ${rule}`.execute(tx.db);
      return rows[0]?.count ?? 0;
    },
  });

interface Page {
  readonly limit: number;
  readonly after: string | undefined;
}

const behind = (after: string | undefined) =>
  after === undefined ? sql`` : sql`and account_id > ${after}::uuid`;

/** Accounts that have some role by this rule, in the order they came to be. */
export const accountsByRule = (tx: TenantTx, rule: string, { limit, after }: Page) =>
  run({
    execute: async () => {
      const { rows } = await sql<{ id: AccountId }>`
        select distinct account_id as id from assignment_reason
        where organization_id = ${tx.organization} and rule = ${rule} ${behind(after)}
        order by account_id limit ${limit}`.execute(tx.db);
      return rows.map(({ id }) => id);
    },
  });

/** Accounts that have the role, in this scope or, without one, in any. */
export const accountsWithRole = (
  tx: TenantTx,
  { role, scope }: { readonly role: string; readonly scope: string | undefined },
  { limit, after }: Page,
) =>
  run({
    execute: async () => {
      const { rows } = await sql<{ id: AccountId }>`
        select distinct account_id as id from assignment
        where organization_id = ${tx.organization} and role = ${role}
          ${scope === undefined ? sql`` : sql`and scope = ${scope}`} ${behind(after)}
        order by account_id limit ${limit}`.execute(tx.db);
      return rows.map(({ id }) => id);
    },
  });

const mostNamesakes = 50;

/** Groups of any connection by id, or by name in any case: at most fifty. */
export const groupsCalled = (tx: TenantTx, wanted: { readonly id: string } | { readonly key: string }) => {
  const condition = "id" in wanted ? sql`id = ${wanted.id}::uuid` : sql`display_name_key = ${wanted.key}`;
  return run({
    execute: () =>
      sql<NamedGroup>`select id, connection_id as "connectionId", external_id as "externalId", kind,
          display_name as name from directory_group
        where organization_id = ${tx.organization} and ${condition} order by id limit ${mostNamesakes}`.execute(
        tx.db,
      ),
  }).pipe(Effect.map(({ rows }) => rows));
};
