/** Works the `plan` queue while the scope is open, and looks for plans whose job is gone. */
import { Effect, Layer, Schema } from "effect";
import { OrganizationId, PlanId } from "../../domain/index.ts";
import { listWaitingPlans, type TenantTx } from "../../store/index.ts";
import { workQueue } from "../queue-worker.ts";
import { enqueuePlan, workPlan } from "./work.ts";

/** Sends a job for every plan that waits for one: nothing that was asked for may wait for good. */
export const sweepPlans = Effect.fn("sweepPlans")(function* (tx: TenantTx) {
  for (const { id } of yield* listWaitingPlans(tx)) yield* enqueuePlan(tx, id);
});

export const planWorker = Layer.effectDiscard(
  workQueue({
    queue: "plan",
    job: Schema.Struct({ organization: OrganizationId, plan: PlanId }),
    // Plans that one instance works at the same time: each looks at everyone, so that two are many.
    options: { localConcurrency: 2, localGroupConcurrency: 1 },
    work: ({ organization, plan }) => workPlan(organization, plan),
    // A plan that is interrupted waits where it is: another instance, or this one after its start, goes on.
    isInterrupted: true,
  }),
);
