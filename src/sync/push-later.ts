/** The job of a connection that is written: it only names it. Who is to be looked at stands in rows. */
import { Effect } from "effect";
import type { AccountId, ConnectionId, EventId } from "../domain/index.ts";
import { addPushPending, type TenantTx } from "../store/index.ts";

/** Has a job look at what is to be written there, now or in so many seconds. */
export const enqueuePush = (tx: TenantTx, connection: ConnectionId, afterSeconds = 0) =>
  tx.enqueue(
    "push",
    { organization: tx.organization, connection },
    { afterSeconds: Math.ceil(afterSeconds), group: tx.organization },
  );

/** Seconds between looks at a connection that another holder works: should it die, its lease ends within two of them. */
const lookAgainSeconds = 5;

/** Has a job look again soon, and only one however many ask. */
export const lookAgain = (tx: TenantTx, connection: ConnectionId) =>
  tx.enqueue(
    "push",
    { organization: tx.organization, connection },
    { afterSeconds: lookAgainSeconds, onceAs: connection, group: tx.organization },
  );

/** Has what follows from these accounts written wherever something is written, once this transaction commits. */
export const pushLater = Effect.fnUntraced(function* (
  tx: TenantTx,
  accounts: ReadonlyArray<{ readonly id: AccountId; readonly cause: EventId }>,
) {
  for (const connection of yield* addPushPending(tx, accounts)) yield* enqueuePush(tx, connection);
});
