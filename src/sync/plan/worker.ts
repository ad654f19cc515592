/** Works the `plan` queue while the scope is open, and looks for plans whose job is gone. */
import { Deferred, Effect, Layer, Schema } from "effect";
import { OrganizationId, PlanId } from "../../domain/index.ts";
import { listWaitingPlans, Store, type TenantTx } from "../../store/index.ts";
import { enqueuePlan, workPlan } from "./work.ts";

const PlanJob = Schema.Struct({ organization: OrganizationId, plan: PlanId });

/** Plans that one instance works at the same time: each looks at everyone, so that two are many. */
const options = { pollingIntervalSeconds: 0.5, localConcurrency: 2, localGroupConcurrency: 1 };

/** Sends a job for every plan that waits for one: nothing that was asked for may wait for good. */
export const sweepPlans = Effect.fn("sweepPlans")(function* (tx: TenantTx) {
  for (const { id } of yield* listWaitingPlans(tx)) yield* enqueuePlan(tx, id);
});

export const planWorker = Layer.effectDiscard(
  Effect.gen(function* () {
    const { queue } = yield* Store;
    const context = yield* Effect.context<Store | Effect.Services<ReturnType<typeof workPlan>>>();
    const stopping = yield* Deferred.make<void>();
    const work = (data: unknown) =>
      Effect.runPromiseWith(context)(
        Schema.decodeUnknownEffect(PlanJob)(data).pipe(
          Effect.flatMap(({ organization, plan }) => workPlan(organization, plan)),
          // A plan that is interrupted waits where it is: another instance, or this one after its start, goes on.
          Effect.raceFirst(Deferred.await(stopping)),
          Effect.tapCause((cause) => Effect.logError("A plan's job failed and will be tried again.", cause)),
        ),
      );
    yield* Effect.acquireRelease(
      Effect.promise(() =>
        queue.work("plan", options, async (jobs) => {
          for (const job of jobs) await work(job.data);
        }),
      ),
      () =>
        Effect.andThen(
          Deferred.succeed(stopping, undefined),
          Effect.promise(() => queue.offWork("plan")),
        ),
    );
  }),
);
