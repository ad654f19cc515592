/** The plan at work, and that it is still this worker's. */
import { Effect } from "effect";
import type { OrganizationId, PlanSummary, Staleness } from "../../domain/index.ts";
import { lockPlan, notePlanProgress, type PlanRow, type TenantTx, updatePlan } from "../../store/index.ts";
import type { Progress } from "./everyone.ts";

export interface Work {
  readonly organization: OrganizationId;
  readonly plan: PlanRow;
  readonly holder: string;
  readonly progress: Progress;
}

/** The plan as it is now, locked; undefined where it is another's or was decided about meanwhile. */
export const holding = Effect.fn("holding")(function* (tx: TenantTx, { plan, holder, progress }: Work) {
  const held = yield* notePlanProgress(tx, plan.id, holder, progress.done, progress.total);
  const now = held ? yield* lockPlan(tx, plan.id) : undefined;
  return now?.state === plan.state ? now : undefined;
});

/** Ends the plan: what it was made from has moved. */
export const goStale = (tx: TenantTx, plan: PlanRow, stale: Staleness) =>
  updatePlan(tx, plan.id, { state: "stale", summary: { ...plan.summary, stale } satisfies PlanSummary });
