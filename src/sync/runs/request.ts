/** Asking for a run. */
import { Effect } from "effect";
import type { ConnectionId, DirectoryUserId, OperatorId } from "../../domain/index.ts";
import { listWaitingConnections, lockSyncState, requestRun, type TenantTx } from "../../store/index.ts";
import { enqueueSync } from "./job.ts";

/** Asks for a run about everyone, or about one person; gives the one that waits already where there is one. */
export const askForRun = Effect.fn("askForRun")(function* (
  tx: TenantTx,
  connection: ConnectionId,
  user: DirectoryUserId | null,
  requestedBy: OperatorId | null,
) {
  yield* lockSyncState(tx, connection);
  const run = yield* requestRun(tx, { connection, trigger: "operator", requestedBy, user });
  yield* enqueueSync(tx, connection);
  return run;
});

/** Sends a job for every connection that should have one: theirs may be with a process that was killed. */
export const sweepRuns = Effect.fn("sweepRuns")(function* (tx: TenantTx) {
  for (const connection of yield* listWaitingConnections(tx)) yield* enqueueSync(tx, connection);
});
