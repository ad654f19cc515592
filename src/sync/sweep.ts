/** Looks for what waits and has no job: nothing that was accepted may wait for good. */
import { Context, Effect, Layer, Schedule } from "effect";
import { type EventId, systemOrigin } from "../domain/index.ts";
import {
  addDuePending,
  countPending,
  listOrganizations,
  newId,
  recordEvent,
  Store,
  type TenantTx,
  tidyHistory,
  tidyRecordings,
} from "../store/index.ts";
import { concludeCauses } from "./hold.ts";
import { sweepRuns } from "./runs/index.ts";

const dueAtOnce = 10_000;

/** How many days facts are kept after they ended. */
export const HistoryDays = Context.Reference<number>("rolebridge/sync/HistoryDays", {
  defaultValue: () => 400,
});

/** Has those looked at whose moment has come: a rule begins, a date is passed, a grant expires. */
const wakeDue = Effect.fnUntraced(function* (tx: TenantTx) {
  const event = newId<EventId>();
  const woken = yield* addDuePending(tx, event, dueAtOnce);
  if (woken === 0) return;
  const subject = { kind: "organization", id: tx.organization };
  yield* recordEvent(tx, {
    id: event,
    type: "time.passed",
    origin: systemOrigin,
    subject,
    data: { accounts: woken },
  });
});

/**
 * Sends a job for every organization where accounts wait. Their own jobs may be with a process that was killed, or
 * may have failed too often: what waits must not wait for good.
 */
export const sweep = Effect.fn("sweep")(function* () {
  const store = yield* Store;
  const days = yield* HistoryDays;
  for (const { id } of yield* listOrganizations()) {
    yield* store.tenant(
      id,
      Effect.fnUntraced(function* (tx) {
        yield* wakeDue(tx);
        yield* concludeCauses(tx, null);
        if ((yield* countPending(tx)) > 0) yield* tx.enqueue("reconcile", { organization: id });
        yield* sweepRuns(tx);
        yield* tidyRecordings(tx);
        yield* tidyHistory(tx, days);
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
