/** What plans change for single accounts. */
import { Effect } from "effect";
import { sql } from "kysely";
import type { AccountId, PlanChange, PlanId, PlanItemState } from "../../domain/index.ts";
import { insertAll, run } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

export interface PlanItem {
  readonly account: AccountId;
  readonly change: PlanChange;
}

export interface PlanItemRow extends PlanItem {
  readonly state: PlanItemState;
  /** A digest of the roles that applying it left there. */
  readonly leftRoles: string | null;
}

export const addPlanItems = (tx: TenantTx, plan: PlanId, items: ReadonlyArray<PlanItem>) =>
  insertAll(tx.db, [
    {
      into: "plan_item",
      rows: items.map(({ account, change }) => ({
        organization_id: tx.organization,
        plan_id: plan,
        account_id: account,
        change,
        state: "open",
      })),
    },
  ]);

/** A look that broke off left some; the next one begins afresh. */
export const dropPlanItems = (tx: TenantTx, plan: PlanId) =>
  run(
    tx.db.deleteFrom("plan_item").where("organization_id", "=", tx.organization).where("plan_id", "=", plan),
  );

const items = (tx: TenantTx, plan: PlanId) =>
  tx.db
    .selectFrom("plan_item")
    .select(["account_id as account", "change", "state", "left_roles as leftRoles"])
    .where("organization_id", "=", tx.organization)
    .where("plan_id", "=", plan)
    .orderBy("account_id")
    .$castTo<PlanItemRow>();

export interface ItemsAsked {
  readonly limit: number;
  readonly after?: string | undefined;
  readonly state?: PlanItemState | undefined;
}

/** In account order; `after` is the account to go on from. */
export const listPlanItems = (tx: TenantTx, plan: PlanId, { limit, after, state }: ItemsAsked) => {
  let query = items(tx, plan).limit(limit);
  if (after !== undefined) query = query.where("account_id", ">", after);
  if (state !== undefined) query = query.where("state", "=", state);
  return run(query);
};

export interface ItemEnding {
  readonly account: AccountId;
  readonly state: PlanItemState;
  readonly leftRoles: string | null;
}

/** Ends any number of items in one statement. */
export const endPlanItems = (tx: TenantTx, plan: PlanId, endings: ReadonlyArray<ItemEnding>) =>
  endings.length === 0
    ? Effect.void
    : run({
        execute: () =>
          sql`update plan_item i set state = e.state, left_roles = coalesce(e."leftRoles", i.left_roles)
            from jsonb_to_recordset(${JSON.stringify(endings)}::jsonb) e(account uuid, state text, "leftRoles" text)
            where i.organization_id = ${tx.organization} and i.plan_id = ${plan} and i.account_id = e.account`.execute(
            tx.db,
          ),
      });

/** How many items are in each state. */
export const countPlanItems = (tx: TenantTx, plan: PlanId) =>
  run(
    tx.db
      .selectFrom("plan_item")
      .select(["state", sql<number>`count(*)::int`.as("count")])
      .where("organization_id", "=", tx.organization)
      .where("plan_id", "=", plan)
      .groupBy("state")
      .$castTo<{ readonly state: PlanItemState; readonly count: number }>(),
  ).pipe(Effect.map((rows) => new Map(rows.map(({ state, count }) => [state, count]))));

/** Those of `accounts` that are items of the plan. */
export const plannedAmong = (tx: TenantTx, plan: PlanId, accounts: ReadonlyArray<AccountId>) =>
  run({
    execute: async () => {
      const { rows } = await sql<{ id: AccountId }>`select account_id as id from plan_item
        where organization_id = ${tx.organization} and plan_id = ${plan}
          and account_id = any(${`{${accounts.join(",")}}`}::text::uuid[])`.execute(tx.db);
      return rows.map(({ id }) => id);
    },
  });
