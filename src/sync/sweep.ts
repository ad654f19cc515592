/** Looks for what waits and has no job: nothing that was accepted may wait for good. */
import { Clock, Context, Effect, Layer, Schedule } from "effect";
import { type EventId, type OrganizationId, systemOrigin } from "../domain/index.ts";
import {
  addDuePending,
  addPending,
  countPending,
  type ExpiredRow,
  endExpired,
  listOrganizations,
  type NewEvent,
  newId,
  recordEvent,
  recordEvents,
  removeOverLogins,
  Store,
  type TenantTx,
  tidyHistory,
  tidyLosses,
  tidyRecordings,
} from "../store/index.ts";
import { concludeCauses } from "./guard/index.ts";
import { lapseLogins } from "./login/index.ts";
import { sweepPlans, tidyPlans } from "./plan/index.ts";
import { sweepPushes } from "./push/index.ts";
import { sweepRuns } from "./runs/index.ts";

const dueAtOnce = 10_000;

/** How many days facts are kept after they ended. */
export const HistoryDays = Context.Reference<number>("rolebridge/sync/HistoryDays", {
  defaultValue: () => 400,
});

interface Ended {
  readonly row: ExpiredRow;
  readonly event: EventId;
}

const ended = ({ row: { kind, id, account, role, scope }, event }: Ended): NewEvent => ({
  id: event,
  type: `${kind}.expired`,
  origin: systemOrigin,
  subject: account === null ? { kind, id } : { kind: "account", id: account },
  data: { [kind]: id, role, scope },
});

/** Marks what was decided until now as ended, each with an event, which is then why a role goes. */
const endDue = Effect.fnUntraced(function* (tx: TenantTx, now: Date) {
  const all = (yield* endExpired(tx, now, dueAtOnce)).map((row) => ({ row, event: newId<EventId>() }));
  yield* recordEvents(tx, all.map(ended));
  const accounts = all.flatMap(({ row, event }) =>
    row.account === null ? [] : [{ id: row.account, cause: event }],
  );
  if (accounts.length > 0) yield* addPending(tx, accounts, { loses: true });
});

/** Has those looked at whose moment has come: a rule begins, a date is passed, a grant expires. */
const wakeDue = Effect.fnUntraced(function* (tx: TenantTx, now: Date) {
  const event = newId<EventId>();
  const woken = yield* addDuePending(tx, event, now, dueAtOnce);
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

const sweepOne = Effect.fn("sweepOne")(function* (id: OrganizationId) {
  const store = yield* Store;
  const days = yield* HistoryDays;
  yield* store.tenant(
    id,
    Effect.fnUntraced(function* (tx) {
      const now = new Date(yield* Clock.currentTimeMillis);
      yield* endDue(tx, now);
      yield* wakeDue(tx, now);
      yield* concludeCauses(tx, null);
      if ((yield* countPending(tx)) > 0) yield* tx.enqueue("reconcile", { organization: id });
      yield* removeOverLogins(tx);
      yield* sweepRuns(tx);
      yield* sweepPlans(tx);
      yield* sweepPushes(tx);
      yield* tidyRecordings(tx);
      yield* tidyHistory(tx, days);
      yield* tidyPlans(tx);
      yield* tidyLosses(tx);
    }),
  );
  yield* Effect.repeat(store.tenant(id, lapseLogins), { while: (more) => more });
});

/**
 * Sends a job for every organization where accounts wait. Their own jobs may be with a process that was killed, or
 * may have failed too often: what waits must not wait for good. What goes wrong in one keeps no other waiting.
 */
export const sweep = Effect.fn("sweep")(function* () {
  for (const { id } of yield* listOrganizations()) {
    yield* Effect.catchCause(sweepOne(id), (cause) =>
      Effect.logWarning(
        "What waits in one organization could not be looked for.",
        { organization: id },
        cause,
      ),
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
