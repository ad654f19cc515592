import { sql } from "kysely";
import type { RoleKey } from "../../domain/index.ts";
import { first, jsonb, run, runUnique, texts } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

export interface NewRole {
  readonly key: RoleKey;
  readonly name: string;
  readonly description: string;
  readonly permissions?: ReadonlyArray<string>;
  readonly reserved?: boolean;
}

export interface RoleRow extends Required<NewRole> {
  readonly ladder: string | null;
  /** Its place on the ladder, from the lowest up. */
  readonly rank: number | null;
}

const valuesOf = ({ name, description, permissions = [], reserved = false }: Omit<NewRole, "key">) => ({
  name,
  description,
  permissions: jsonb(permissions),
  reserved,
});

export const addRole = (tx: TenantTx, role: NewRole) =>
  runUnique(
    tx.db.insertInto("role").values({ organization_id: tx.organization, key: role.key, ...valuesOf(role) }),
    { role_pkey: `There is already a role ${role.key}.` },
  );

const roles = (tx: TenantTx) =>
  tx.db
    .selectFrom("role")
    .select(["key", "name", "description", "permissions", "reserved", "ladder", "rank"])
    .orderBy("key")
    .$castTo<RoleRow>();

export const listRoles = (tx: TenantTx) => run(roles(tx));

/** The role, and nobody changes or removes it until the transaction ends. */
export const lockRole = (tx: TenantTx, key: string) => first(roles(tx).where("key", "=", key).forUpdate());

/** The role, and nobody removes it until the transaction ends. */
export const useRole = (tx: TenantTx, key: string) => first(roles(tx).where("key", "=", key).forShare());

export const updateRole = (tx: TenantTx, { key, ...values }: Required<NewRole>) =>
  run(tx.db.updateTable("role").set(valuesOf(values)).where("key", "=", key));

export const removeRole = (tx: TenantTx, key: RoleKey) =>
  run(tx.db.deleteFrom("role").where("key", "=", key));

/** Which of `keys` are roles of this organization. */
export const knownRoles = (tx: TenantTx, keys: ReadonlyArray<string>) =>
  run(
    tx.db
      .selectFrom("role")
      .select("key")
      .where(sql<boolean>`key = ${texts(keys)}`),
  );

/** How many accounts have each role, in one query. */
export const countHolders = (tx: TenantTx) =>
  run(
    tx.db
      .selectFrom("assignment")
      .select(["role", sql<number>`count(distinct account_id)::int`.as("holders")])
      .groupBy("role"),
  );

/** What keeps a role or a scope from being removed: how many of each. */
export interface Uses {
  readonly accounts: number;
  readonly grants: number;
  readonly invitations: number;
  readonly exclusions: number;
}

const counting = (tx: TenantTx, table: string, condition: ReturnType<typeof sql>, what = sql`*`) =>
  sql`(select count(${what})::int from ${sql.table(table)} where organization_id = ${tx.organization} and ${condition})`;

const usesOf = (tx: TenantTx, condition: ReturnType<typeof sql>) =>
  first({
    execute: async () => {
      const open = sql`ended_at is null and ${condition}`;
      const { rows } =
        await sql<Uses>`select ${counting(tx, "assignment", condition, sql`distinct account_id`)} as accounts,
        ${counting(tx, "role_grant", open)} as grants, ${counting(tx, "invitation", open)} as invitations,
        ${counting(tx, "exclusion", open)} as exclusions`.execute(tx.db);
      return rows;
    },
  });

export const usesOfRole = (tx: TenantTx, key: string) => usesOf(tx, sql`role = ${key}`);
export const usesOfScope = (tx: TenantTx, key: string) => usesOf(tx, sql`scope = ${key}`);

/** Puts these roles on the ladder, the lowest first, and takes every other one off it. */
export const setLadder = (tx: TenantTx, ladder: string, keys: ReadonlyArray<string>) =>
  run({
    execute: () =>
      sql`update role r set ladder = case when k.rank is null then null else ${ladder} end, rank = k.rank
        from role o left join unnest(${[...keys]}::text[]) with ordinality k(key, rank) on k.key = o.key
        where r.organization_id = ${tx.organization} and o.organization_id = r.organization_id and o.key = r.key
          and (r.ladder = ${ladder} or k.rank is not null)`.execute(tx.db),
  });
