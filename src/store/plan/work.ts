/** Who works a plan: one holder at a time, believed as long as it gives a sign of life. */
import { Effect } from "effect";
import { sql } from "kysely";
import { type PlanId, workedStates } from "../../domain/index.ts";
import { first, run } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

/** How long a sign of life counts. A holder gives one every few seconds. */
const lease = sql<Date>`now() + interval '30 seconds'`;

const free = sql<boolean>`(lease_until is null or lease_until < now())`;

/** Makes the plan `holder`'s to work. Undefined where there is nothing to do, or another is at it. */
export const claimPlan = (tx: TenantTx, id: PlanId, holder: string) =>
  first(
    tx.db
      .updateTable("plan")
      .set({ holder, lease_until: lease })
      .where("organization_id", "=", tx.organization)
      .where("id", "=", id)
      .where("state", "in", [...workedStates])
      .where((is) => is.or([is("holder", "=", holder), free]))
      .returning("id"),
  );

/** Lets go of the plan, so that another may work it at once. */
export const releasePlan = (tx: TenantTx, id: PlanId, holder: string) =>
  run(
    tx.db
      .updateTable("plan")
      .set({ holder: null, lease_until: null })
      .where("organization_id", "=", tx.organization)
      .where("id", "=", id)
      .where("holder", "=", holder),
  );

/** A sign of life with how far it is. False where the plan is another's by now. */
export const notePlanProgress = (tx: TenantTx, id: PlanId, holder: string, done: number, total: number) =>
  run(
    tx.db
      .updateTable("plan")
      .set({
        lease_until: lease,
        summary: sql`summary || jsonb_build_object('done', ${done}::int, 'total', ${total}::int)`,
      })
      .where("organization_id", "=", tx.organization)
      .where("id", "=", id)
      .where("holder", "=", holder)
      .returning("id"),
  ).pipe(Effect.map((rows) => rows.length > 0));

/** Plans that wait for a job, or whose holder is gone. */
export const listWaitingPlans = (tx: TenantTx) =>
  run(
    tx.db
      .selectFrom("plan")
      .select("id")
      .where("organization_id", "=", tx.organization)
      .where("state", "in", [...workedStates])
      .where(free)
      .$castTo<{ readonly id: PlanId }>(),
  );
