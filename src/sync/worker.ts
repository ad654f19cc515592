import { Effect, Layer, Schema } from "effect";
import { OrganizationId, type RunId, systemOrigin } from "../domain/index.ts";
import { Store, shareMapping, type TakenRow, type TenantTx, takePending } from "../store/index.ts";
import { concludeCauses } from "./guard/index.ts";
import type { Cause } from "./outcome.ts";
import { workQueue } from "./queue-worker.ts";
import { reconcileEach } from "./reconcile.ts";

const batch = 500;

const causeOf = ({ cause, inferredBy, named }: TakenRow): Cause => ({
  event: cause,
  origin: systemOrigin,
  ...(inferredBy === null ? {} : { inferredBy }),
  ...(named ? { named: true as const } : {}),
});

/** One batch of waiting accounts in one transaction; answers how many they were. */
const workBatch = Effect.fn("workBatch")(function* (tx: TenantTx) {
  yield* shareMapping(tx);
  const pending = yield* takePending(tx, batch);
  yield* reconcileEach(tx, new Map(pending.map((row) => [row.id, causeOf(row)])));
  return pending.length;
});

/**
 * Works off what waits in one organization, and concludes what was counted meanwhile. A failed batch rolls back whole
 * and waits on. `ended`: a run that has read all it will read.
 */
export const workPending = Effect.fn("workPending")(function* (
  organization: OrganizationId,
  worked: (accounts: number) => Effect.Effect<void> = () => Effect.void,
  ended: RunId | null = null,
) {
  const store = yield* Store;
  const once = store.tenant(organization, workBatch).pipe(Effect.tap(worked));
  const all = Effect.repeat(once, { while: (accounts) => accounts === batch });
  const conclude = store.tenant(organization, (tx) => concludeCauses(tx, ended));
  yield* Effect.repeat(Effect.andThen(all, conclude), { while: (released) => released > 0 });
});

/** Several jobs for one organization do no harm, and none can be lost. */
export const reconcileWorker = Layer.effectDiscard(
  workQueue({
    queue: "reconcile",
    job: Schema.Struct({ organization: OrganizationId }),
    work: ({ organization }) => workPending(organization),
    isInterrupted: false,
  }),
);
