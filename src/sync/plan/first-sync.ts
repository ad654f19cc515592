/** A connection that was only read so far counts from now on. */
import { Effect } from "effect";
import {
  accountsWithCause,
  addPending,
  invitedThrough,
  type PlanRow,
  recordEvent,
  type TenantTx,
  updateConnection,
} from "../../store/index.ts";
import { useInvitations } from "../invitations.ts";
import type { Cause } from "../outcome.ts";

/** Its facts count in this transaction, and for others as it commits. */
export const letCount = Effect.fn("letCount")(function* (
  tx: TenantTx,
  { id: plan, connectionId }: PlanRow,
  { origin, event }: Cause,
) {
  if (connectionId === null) return;
  yield* updateConnection(tx, connectionId, { waits: false });
  yield* recordEvent(tx, {
    type: "connection.counts",
    origin,
    subject: { kind: "connection", id: connectionId },
    cause: event,
    data: { plan },
  });
});

/** Whoever was invited and came through it has come by now. Jobs give them their roles. */
export const welcome = Effect.fn("welcome")(function* (
  tx: TenantTx,
  { connectionId }: PlanRow,
  { origin, event }: Cause,
) {
  if (connectionId === null) return;
  const arriving = yield* invitedThrough(tx, connectionId);
  if (arriving.length === 0) return;
  yield* useInvitations(tx, arriving, origin);
  const users = arriving.map(({ user }) => ({ user, cause: event }));
  yield* addPending(tx, yield* accountsWithCause(tx, users), { loses: false });
  yield* tx.enqueue("reconcile", { organization: tx.organization });
});
