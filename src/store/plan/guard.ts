/** What the guard keeps in spite of the facts, the plans it is kept for, and the limits. */
import { Effect } from "effect";
import { sql } from "kysely";
import {
  type AccountId,
  type ConnectionId,
  type EventId,
  emptySummary,
  type JsonObject,
  type PlanId,
  type PlanSummary,
} from "../../domain/index.ts";
import { jsonb, run, uuids } from "../engine/run.ts";
import { nobody } from "../id.ts";
import type { TenantTx } from "../store.ts";

export interface GuardRow {
  /** `null`: the organization's own. */
  readonly connection: ConnectionId | null;
  readonly enabled: boolean;
  readonly accounts: number;
  readonly percent: number;
}

/** The limits that somebody set: the organization's own first. */
export const listGuards = (tx: TenantTx) =>
  run(
    tx.db
      .selectFrom("guard")
      .select([
        sql<ConnectionId | null>`nullif(connection_id, ${nobody}::uuid)`.as("connection"),
        "enabled",
        "accounts",
        "percent",
      ])
      .orderBy("connection_id"),
  );

/** Sets the limits of a connection, or the organization's own. */
export const setGuard = (tx: TenantTx, { connection, ...limits }: GuardRow) =>
  run(
    tx.db
      .insertInto("guard")
      .values({ organization_id: tx.organization, connection_id: connection ?? nobody, ...limits })
      .onConflict((conflict) => conflict.columns(["organization_id", "connection_id"]).doUpdateSet(limits)),
  );

/** Lets a connection follow the organization's limits, or the organization the usual ones. */
export const forgetGuard = (tx: TenantTx, connection: ConnectionId | null) =>
  run(tx.db.deleteFrom("guard").where("connection_id", "=", connection ?? nobody));

/** How many accounts may have roles: of no interest beyond `atMost`. */
export const countAccountsUpTo = (tx: TenantTx, atMost: number) =>
  run({
    execute: () =>
      sql<{ count: number }>`select count(*)::int as count from (
        select 1 from account where organization_id = ${tx.organization} and active and merged_into is null
        limit ${atMost}) counted`.execute(tx.db),
  }).pipe(Effect.map(({ rows }) => rows[0]?.count ?? 0));

/** A role that stays though the facts do not give it. An empty role: that the account is active. */
export interface WithheldRole {
  readonly account: AccountId;
  readonly role: string;
  readonly scope: string;
}

/** A cause whose losses are counted before they take effect. Its id is that of the cause: a run or an event. */
export interface GuardedCause {
  readonly id: PlanId;
  readonly connection: ConnectionId | null;
  readonly cause: EventId;
  readonly mappingVersion: number;
}

const connectionOf = (tx: TenantTx, event: EventId) =>
  sql<ConnectionId | null>`(select connection_id from event
    where organization_id = ${tx.organization} and id = ${event}::uuid)`;

const planRow = (tx: TenantTx, { id, connection, cause, mappingVersion }: GuardedCause) =>
  tx.db
    .insertInto("plan")
    .values({
      organization_id: tx.organization,
      id,
      kind: "held",
      state: "collecting",
      // A job knows the event only.
      connection_id: connection ?? connectionOf(tx, cause),
      cause_event_id: cause,
      mapping_version: mappingVersion,
      base_version: mappingVersion,
      catalogue_version: 0,
      summary: jsonb(emptySummary as unknown as JsonObject),
    })
    .onConflict((conflict) => conflict.doNothing());

/** Keeps these roles for the cause, until it is concluded. What another cause keeps already stays that one's. */
export const withhold = Effect.fn("withhold")(function* (
  tx: TenantTx,
  cause: GuardedCause,
  roles: ReadonlyArray<WithheldRole>,
) {
  if (roles.length === 0) return;
  yield* run(planRow(tx, cause));
  const rows = JSON.stringify(roles);
  yield* run({
    execute: () =>
      sql`insert into withheld (organization_id, account_id, role, scope, plan_id)
        select ${tx.organization}::uuid, w.account, w.role, w.scope, ${cause.id}::uuid
        from jsonb_to_recordset(${rows}::jsonb) w(account uuid, role text, scope text)
        order by 2, 3, 4
        on conflict (organization_id, account_id, role, scope) do nothing`.execute(tx.db),
  });
});

/** Forgets that these were kept: the facts give them again, or a source said what ends them. */
export const dropWithheld = (tx: TenantTx, roles: ReadonlyArray<WithheldRole>) =>
  roles.length === 0
    ? Effect.void
    : run({
        execute: () =>
          sql`delete from withheld w
            using jsonb_to_recordset(${JSON.stringify(roles)}::jsonb) d(account uuid, role text, scope text)
            where w.organization_id = ${tx.organization} and w.account_id = d.account
              and w.account_id = ${uuids(roles.map(({ account }) => account))}
              and w.role = d.role and w.scope = d.scope`.execute(tx.db),
      });

export interface Collected extends GuardedCause {
  /** How many accounts would lose something. */
  readonly losing: number;
}

/** Causes of which all is counted: nothing waits to be looked at because of them, and no run of theirs goes on. */
export const collectedCauses = (tx: TenantTx, ended: string | null) =>
  run({
    execute: async () => {
      const { rows } = await sql<Collected>`
        select p.id, p.connection_id as connection, p.cause_event_id as cause,
          p.mapping_version as "mappingVersion",
          (select count(distinct w.account_id)::int from withheld w
            where w.organization_id = p.organization_id and w.plan_id = p.id) as losing
        from plan p
        where p.organization_id = ${tx.organization} and p.state = 'collecting'
          and not exists (select from pending_account a
            where a.organization_id = p.organization_id and a.inferred_by = p.id)
          and (p.id = ${ended}::uuid or not exists (select from run r
            where r.organization_id = p.organization_id and r.id = p.id and r.ended_at is null))
        order by p.id for update`.execute(tx.db);
      return rows;
    },
  });

/** Forgets a cause that stayed within the limits. What it kept must be let go before. */
export const forgetCause = (tx: TenantTx, id: PlanId) => run(tx.db.deleteFrom("plan").where("id", "=", id));

/** Leaves a cause for somebody to decide, with what they should see first, and what it would take from whom. */
export const holdPlan = Effect.fn("holdPlan")(function* (tx: TenantTx, id: PlanId, summary: PlanSummary) {
  const json = jsonb(summary as unknown as JsonObject);
  yield* run(tx.db.updateTable("plan").set({ state: "held", summary: json }).where("id", "=", id));
  yield* run({
    execute: () =>
      sql`insert into plan_item (organization_id, plan_id, account_id, change)
        select ${tx.organization}::uuid, ${id}::uuid, w.account_id, jsonb_build_object(
          'active', case when bool_or(w.role = '') then '{"from": true, "to": false}'::jsonb end,
          'gained', '[]'::jsonb, 'changed', 0,
          'lost', coalesce(jsonb_agg(jsonb_build_object('role', w.role, 'scope', w.scope)
            order by w.role, w.scope) filter (where w.role <> ''), '[]'))
        from withheld w where w.organization_id = ${tx.organization} and w.plan_id = ${id}
        group by w.account_id
        on conflict do nothing`.execute(tx.db),
  });
});

/** The plan that an open exception is about, while it is held. */
export const heldPlanOf = (tx: TenantTx, exception: string) =>
  run({
    execute: async () => {
      const { rows } = await sql<{ id: PlanId }>`
        select p.id from exception e
        join plan p on p.organization_id = e.organization_id and p.id = e.subject_id and p.state = 'held'
        where e.organization_id = ${tx.organization} and e.id = ${exception}::uuid
          and e.kind = 'held-plan' and e.resolved_at is null`.execute(tx.db);
      return rows[0]?.id;
    },
  });

/** Is anything held, or being counted? */
export const isHolding = (tx: TenantTx) =>
  run({
    execute: async () => {
      const { rows } = await sql<{ any: boolean }>`
        select exists (select from withheld where organization_id = ${tx.organization}) as any`.execute(
        tx.db,
      );
      return rows[0]?.any === true;
    },
  });

/** Marks a held plan as approved. Gives the number approved: 0 when it is not held, or not any more. */
export const approveHeld = (tx: TenantTx, id: PlanId, operator: string | null) =>
  run(
    tx.db
      .updateTable("plan")
      .set({ state: "approved", approved_by: operator, approved_at: sql`now()`, ended_at: sql`now()` })
      .where("id", "=", id)
      .where("kind", "=", "held")
      .where("state", "=", "held")
      .returning("id"),
  ).pipe(Effect.map((rows) => rows.length));

/** How many accounts would lose each role; an empty role: would be inactive. */
export const withheldByRole = (tx: TenantTx, plan: PlanId) =>
  run(
    tx.db
      .selectFrom("withheld")
      .select(["role", sql<number>`count(distinct account_id)::int`.as("accounts")])
      .where("organization_id", "=", tx.organization)
      .where("plan_id", "=", plan)
      .groupBy("role")
      .orderBy("role"),
  );

/** Lets go of all that a plan keeps, and has the accounts looked at because of `cause`. */
export const letGo = (tx: TenantTx, plan: PlanId, cause: EventId) =>
  run({
    execute: () =>
      sql`with gone as (
          delete from withheld where organization_id = ${tx.organization} and plan_id = ${plan}::uuid
          returning account_id)
        insert into pending_account (organization_id, account_id, cause_event_id, loses)
        select distinct ${tx.organization}::uuid, account_id, ${cause}::uuid, true from gone
        on conflict (organization_id, account_id) do update set loses = true`.execute(tx.db),
  });

/** Held plans of which nothing is left: the sources gave it back, or said person by person what was right. */
export const endEmptyHolds = (tx: TenantTx) =>
  run({
    execute: async () => {
      const { rows } = await sql<{ id: PlanId }>`
        update plan p set state = 'settled', ended_at = now()
        where p.organization_id = ${tx.organization} and p.kind = 'held' and p.state = 'held'
          and not exists (select from withheld w where w.organization_id = p.organization_id and w.plan_id = p.id)
        returning p.id`.execute(tx.db);
      return rows.map(({ id }) => id);
    },
  });
