/** Which run of a connection is to be worked now: at most one at a time, whoever asks. */
import { Effect } from "effect";
import type { ConnectionId, OrganizationId, Run } from "../../domain/index.ts";
import {
  beginRun,
  endLeftBehind,
  findConnectionById,
  findRunning,
  findWaiting,
  lockSyncState,
  newId,
  requestRun,
  Store,
  type SyncStateRow,
  type TenantTx,
} from "../../store/index.ts";
import { lookAgain } from "./job.ts";

/** A run that is this holder's until it ends or is taken over. `failures`: bad runs in a row before it. */
export interface Claim {
  readonly organization: OrganizationId;
  readonly connection: ConnectionId;
  readonly run: Run;
  readonly holder: string;
  readonly failures: number;
  /** It was begun often enough: it is only to be ended. */
  readonly exhausted: boolean;
  /** Which directory was read before, where that is known. */
  readonly identity: string | null;
  /** Seconds between looks for changes while it reads; null: none. */
  readonly followSeconds: number | null;
}

/** A run that was begun so often and never ended may be what kills its holders. */
export const mostAttempts = 5;

const due = Effect.fnUntraced(function* (tx: TenantTx, { connectionId, due: isDue }: SyncStateRow) {
  if (!isDue) return undefined;
  return yield* requestRun(tx, {
    connection: connectionId,
    trigger: "schedule",
    requestedBy: null,
    user: null,
  });
});

const next = Effect.fnUntraced(function* (tx: TenantTx, state: SyncStateRow) {
  const running = yield* findRunning(tx, state.connectionId);
  const isLeft = running?.live === false;
  if (isLeft && running.follows) yield* endLeftBehind(tx, running.id);
  else if (isLeft) return running.id;
  else if (running !== undefined) return yield* Effect.as(lookAgain(tx, state.connectionId), undefined);
  return ((yield* findWaiting(tx, state.connectionId)) ?? (yield* due(tx, state)))?.id;
});

/** Begins what is to be done: a run left behind by its holder, else the one that waits, else the one that is due. */
export const claim = Effect.fn("claim")(function* (organization: OrganizationId, connection: ConnectionId) {
  const store = yield* Store;
  return yield* store.tenant(
    organization,
    Effect.fnUntraced(function* (tx) {
      const state = yield* lockSyncState(tx, connection);
      const row = yield* findConnectionById(tx, connection);
      if (state === undefined || row?.enabled !== true) return undefined;
      const id = yield* next(tx, state);
      if (id === undefined) return undefined;
      const holder = newId();
      const run = yield* beginRun(tx, id, holder);
      if (run === undefined) return undefined;
      const { failures, followSeconds, lastSuccessAt } = state;
      const identity = lastSuccessAt === null ? null : state.sourceIdentity;
      const exhausted = run.attempts > mostAttempts;
      return {
        organization,
        connection,
        run,
        holder,
        failures,
        identity,
        followSeconds,
        exhausted,
      } satisfies Claim;
    }),
  );
});
