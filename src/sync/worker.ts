import { Effect, Layer, Schema } from "effect";
import { OrganizationId, systemOrigin } from "../domain/index.ts";
import { Store, shareMapping, type TenantTx, takePending } from "../store/index.ts";
import { reconcileEach } from "./reconcile.ts";

const batch = 500;
const ReconcileJob = Schema.Struct({ organization: OrganizationId });

/** One batch of waiting accounts in one transaction; answers how many they were. */
const workBatch = Effect.fn("workBatch")(function* (tx: TenantTx) {
  yield* shareMapping(tx);
  const pending = yield* takePending(tx, batch);
  yield* reconcileEach(
    tx,
    new Map(pending.map(({ id, cause }) => [id, { event: cause, origin: systemOrigin }])),
  );
  return pending.length;
});

/** Works off what waits in one organization. A failed batch rolls back whole and waits on. */
export const workPending = Effect.fn("workPending")(function* (
  organization: OrganizationId,
  worked: (accounts: number) => Effect.Effect<void> = () => Effect.void,
) {
  const store = yield* Store;
  const once = store.tenant(organization, workBatch).pipe(Effect.tap(worked));
  yield* Effect.repeat(once, { while: (accounts) => accounts === batch });
});

/**
 * Works the `reconcile` queue while the scope is open. A job only names an organization: whoever works it
 * reads what waits there, so several jobs for one organization do no harm and none can be lost.
 */
export const reconcileWorker = Layer.effectDiscard(
  Effect.gen(function* () {
    const { queue } = yield* Store;
    const context = yield* Effect.context<Store | Effect.Services<ReturnType<typeof workPending>>>();
    const work = (data: unknown) =>
      Effect.runPromiseWith(context)(
        Schema.decodeUnknownEffect(ReconcileJob)(data).pipe(
          Effect.flatMap(({ organization }) => workPending(organization)),
          Effect.tapCause((cause) =>
            Effect.logError("A reconcile job failed and will be tried again.", cause),
          ),
        ),
      );
    yield* Effect.acquireRelease(
      Effect.promise(() =>
        queue.work("reconcile", { pollingIntervalSeconds: 0.5 }, async (jobs) => {
          for (const job of jobs) await work(job.data);
        }),
      ),
      () => Effect.promise(() => queue.offWork("reconcile")),
    );
  }),
);
