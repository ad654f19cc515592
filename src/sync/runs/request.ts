/** Asking for a run. */
import { Effect } from "effect";
import {
  type ConnectionId,
  type DirectoryGroupId,
  type DirectoryUserId,
  type JsonObject,
  type OperatorId,
  systemOrigin,
} from "../../domain/index.ts";
import {
  listUnfollowed,
  listWaitingConnections,
  lockSyncState,
  recordEventOnce,
  requestRun,
  type TenantTx,
} from "../../store/index.ts";
import { enqueueFollow, enqueueSync } from "./job.ts";

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

/** The same about one group, with those nested in it. */
export const askForGroup = Effect.fn("askForGroup")(function* (
  tx: TenantTx,
  connection: ConnectionId,
  group: DirectoryGroupId,
  requestedBy: OperatorId | null,
) {
  yield* lockSyncState(tx, connection);
  const run = yield* requestRun(tx, { connection, trigger: "operator", requestedBy, user: null, group });
  yield* enqueueSync(tx, connection);
  return run;
});

/**
 * Asks for a run about everyone, because changes alone do not tell: `why` goes into an event about the run. It is not
 * begun before so many seconds have passed, unless somebody asks for it earlier.
 */
export const askToReadAll = Effect.fn("askToReadAll")(function* (
  tx: TenantTx,
  connection: ConnectionId,
  { why, afterSeconds }: { readonly why: JsonObject; readonly afterSeconds: number },
) {
  const run = yield* requestRun(tx, {
    ...{ connection, trigger: "change", requestedBy: null, user: null, afterSeconds },
  });
  yield* enqueueSync(tx, connection, afterSeconds);
  if (run === undefined) return;
  yield* recordEventOnce(tx, {
    type: "run.asked-by-source",
    origin: { ...systemOrigin, connection },
    subject: { kind: "run", id: run.id },
    data: why,
  });
});

/** Sends a job for every connection that should have one: theirs may be with a process that was killed. */
export const sweepRuns = Effect.fn("sweepRuns")(function* (tx: TenantTx) {
  for (const connection of yield* listWaitingConnections(tx)) yield* enqueueSync(tx, connection);
  for (const connection of yield* listUnfollowed(tx)) yield* enqueueFollow(tx, connection);
});
