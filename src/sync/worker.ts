import { Effect, Layer, Schedule, Schema } from "effect";
import { OrganizationId, systemOrigin } from "../domain/index.ts";
import {
  countPending,
  listOrganizations,
  Store,
  shareMapping,
  type TenantTx,
  takePending,
} from "../store/index.ts";
import { reconcile } from "./reconcile.ts";

const batch = 500;
const ReconcileJob = Schema.Struct({ organization: OrganizationId });

/** One batch of waiting accounts in one transaction; answers whether there may be more. */
const workBatch = Effect.fn("workBatch")(function* (tx: TenantTx) {
  yield* shareMapping(tx);
  const pending = yield* takePending(tx, batch);
  for (const [event, rows] of Map.groupBy(pending, (row) => row.cause)) {
    yield* reconcile(
      tx,
      rows.map((row) => row.id),
      { event, origin: systemOrigin },
    );
  }
  return pending.length === batch;
});

/** Works off what waits in one organization. A failed batch rolls back whole and waits on. */
export const workPending = Effect.fn("workPending")(function* (organization: OrganizationId) {
  const store = yield* Store;
  yield* Effect.repeat(store.tenant(organization, workBatch), { while: (more) => more });
});

/**
 * Sends a job for every organization where accounts wait. Their own jobs may be with a process that was killed, or
 * may have failed too often: what waits must not wait for good.
 */
export const sweep = Effect.fn("sweep")(function* () {
  const store = yield* Store;
  for (const { id } of yield* listOrganizations()) {
    yield* store.tenant(
      id,
      Effect.fnUntraced(function* (tx) {
        if ((yield* countPending(tx)) > 0) yield* tx.enqueue("reconcile", { organization: id });
      }),
    );
  }
});

/** At the start, and every minute while the server runs. */
export const sweeper = Layer.effectDiscard(
  sweep().pipe(
    // Whatever goes wrong once must not end the looking for good.
    Effect.catchCause((cause) => Effect.logWarning("What waits could not be looked for.", cause)),
    Effect.repeat(Schedule.spaced("1 minute")),
    Effect.forkScoped,
  ),
);

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
