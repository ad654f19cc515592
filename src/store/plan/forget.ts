/** Plans do not stay for good: what became of them does, in events. */
import { sql } from "kysely";
import type { PlanId, PlanKind, PlanState, PlanSummary } from "../../domain/index.ts";
import { run } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

/** How many plans are deleted at once: each may have an item for everybody. The rest is for the next time. */
const batch = 5;

export interface ForgottenPlan {
  readonly id: PlanId;
  readonly kind: PlanKind;
  readonly state: PlanState;
  readonly connection: string | null;
  readonly version: number;
  readonly counts: PlanSummary["counts"];
  readonly made: Date;
  readonly ended: Date | null;
  /** Who applied or approved it. */
  readonly by: string | null;
}

/**
 * Deletes plans that ended more than `days` days ago, or that nobody decided about for so long, with their items. What
 * the guard holds stays, and what can be undone.
 */
export const forgetPlans = (tx: TenantTx, days: number) =>
  run({
    execute: async () => {
      const { rows } =
        await sql<ForgottenPlan>`delete from plan p where p.organization_id = ${tx.organization}
          and p.id in (select o.id from plan o where o.organization_id = ${tx.organization}
            and (o.ended_at is not null or o.state = 'open')
            and coalesce(o.ended_at, o.created_at) < now() - make_interval(days => ${days}::integer)
            and (o.undo_until is null or o.undo_until < now())
            and not exists (select from withheld w
              where w.organization_id = o.organization_id and w.plan_id = o.id)
            order by o.id limit ${batch} for update skip locked)
        returning p.id, p.kind, p.state, p.connection_id as connection, p.mapping_version as version,
          p.summary->'counts' as counts, p.created_at as made, p.ended_at as ended, p.approved_by as by`.execute(
          tx.db,
        );
      return rows;
    },
  });
