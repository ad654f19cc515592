import { sql } from "kysely";
import type { RoleKey } from "../../domain/index.ts";
import { run, runUnique, texts } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

export interface RoleRow {
  readonly key: RoleKey;
  readonly name: string;
  readonly description: string;
}

export const addRole = (tx: TenantTx, role: RoleRow) =>
  runUnique(tx.db.insertInto("role").values({ organization_id: tx.organization, ...role }), {
    role_pkey: `There is already a role ${role.key}.`,
  });

export const listRoles = (tx: TenantTx) =>
  run(tx.db.selectFrom("role").select(["key", "name", "description"]).orderBy("key").$castTo<RoleRow>());

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
