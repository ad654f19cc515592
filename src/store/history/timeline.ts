/** What became of one account, in the order in which it happened. */
import { sql } from "kysely";
import type { AccountId, EventId, RoleKey } from "../../domain/index.ts";
import { first, run } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

/** One thing that happened: a decision, or an event about the account itself. */
export interface HistoryRow {
  /** Of the decision or the event; later ones are greater. */
  readonly id: string;
  readonly at: Date;
  /** `account.roles-changed` for a decision. */
  readonly type: string;
  /** `role`, or `role@scope`. */
  readonly gained: ReadonlyArray<string>;
  readonly lost: ReadonlyArray<string>;
  /** Why it is active or not, where that changed. */
  readonly because: string | null;
  readonly mappingVersion: number | null;
  /** The event that made it necessary to look; of an event without one, itself. */
  readonly cause: EventId;
}

/** A page of one account's history, newest first. `before`: the id to go on from. */
export const listHistory = (
  tx: TenantTx,
  account: AccountId,
  { limit, before }: { readonly limit: number; readonly before?: string },
) => {
  const older = before === undefined ? sql`` : sql`and id < ${before}::uuid`;
  return run({
    execute: async () => {
      const { rows } = await sql<HistoryRow>`
        (select id, coalesce(made_at, at) as at, 'account.roles-changed' as type, outcome->'gained' as gained,
          outcome->'lost' as lost, null as because, mapping_version as "mappingVersion",
          cause_event_id as cause
        from decision where organization_id = ${tx.organization} and account_id = ${account} ${older}
        order by id desc limit ${limit})
        union all
        (select id, at, type, '[]'::jsonb, '[]'::jsonb, data->>'because', null, coalesce(cause_event_id, id)
        from event where organization_id = ${tx.organization} and subject_id = ${account}
          and type <> 'account.roles-changed' ${older}
        order by id desc limit ${limit})
        order by id desc limit ${limit}`.execute(tx.db);
      return rows;
    },
  });
};

/** A role as a decision gave it. */
export interface PastRole {
  readonly role: RoleKey;
  readonly scope: string;
  readonly reasons: ReadonlyArray<{
    readonly rule: string;
    readonly group: string | null;
    readonly because: string;
  }>;
}

export interface DecisionRow {
  readonly id: string;
  readonly at: Date;
  readonly mappingVersion: number;
  readonly cause: EventId;
  readonly roles: ReadonlyArray<PastRole>;
}

/** The last decision about an account up to a moment. Undefined: it had no role yet. */
export const decisionAt = (tx: TenantTx, account: AccountId, moment: Date) =>
  first(
    tx.db
      .selectFrom("decision")
      .select([
        "id",
        sql<Date>`coalesce(made_at, at)`.as("at"),
        "mapping_version as mappingVersion",
        "cause_event_id as cause",
        sql<ReadonlyArray<PastRole>>`outcome->'roles'`.as("roles"),
      ])
      .where("organization_id", "=", tx.organization)
      .where("account_id", "=", account)
      .where(sql<boolean>`coalesce(made_at, at) <= ${moment}`)
      .orderBy("id", "desc")
      .limit(1)
      .$castTo<DecisionRow>(),
  );

/** Was the account active at a moment, and why? As its last event up to then says. Undefined: nothing had said otherwise. */
export const activityAt = (tx: TenantTx, account: AccountId, moment: Date) =>
  first(
    tx.db
      .selectFrom("event")
      .select([
        sql<boolean>`type = 'account.activated'`.as("active"),
        sql<string>`coalesce(data->>'because', '')`.as("because"),
      ])
      .where("organization_id", "=", tx.organization)
      .where("subject_id", "=", account)
      .where("type", "in", ["account.activated", "account.deactivated"])
      .where("at", "<=", moment)
      .orderBy("id", "desc")
      .limit(1),
  );
