/** How reading goes, for those who look: each connection's state, and the runs. Callers bring the transaction. */
import { Clock, Effect } from "effect";
import { type ConnectionId, isUuid, type Run } from "../../domain/index.ts";
import {
  countPulled,
  findRun,
  listConnections,
  listLastRuns,
  listRuns,
  listSyncStates,
  type SyncStateRow,
  type TenantTx,
} from "../../store/index.ts";
import { namedConnection } from "./connections.ts";
import { type SyncState, syncStateOf, syncStateText } from "./health.ts";

/** A run, with the slug of its connection. */
export interface RunView extends Run {
  readonly connection: string;
}

export interface SyncView extends SyncStateRow {
  readonly state: SyncState;
  /** Why it is not healthy, as a sentence. */
  readonly why: string | null;
  readonly users: number;
  readonly groups: number;
  /** Of the last fifty runs, how many failed: 0 to 1. */
  readonly errorRate: number;
  readonly pendingAccounts: number;
  readonly lastRun: RunView | null;
}

const runView =
  (slugs: ReadonlyMap<ConnectionId, string>) =>
  (run: Run): RunView => ({ ...run, connection: slugs.get(run.connectionId) ?? "" });

const slugsOf = (tx: TenantTx) =>
  Effect.map(listConnections(tx), (rows) => new Map(rows.map(({ id, slug }) => [id, slug])));

const nothing = { users: 0, groups: 0, busy: false, lastRuns: 0, lastFailed: 0, refused: 0, pending: 0 };

/** Of every connection that is read, by its id: a few queries for all of them. */
export const viewSyncs = Effect.fn("viewSyncs")(function* (tx: TenantTx) {
  const connections = new Map((yield* listConnections(tx)).map((row) => [row.id, row]));
  const counts = new Map((yield* countPulled(tx)).map((row) => [row.connectionId, row]));
  const last = new Map((yield* listLastRuns(tx)).map((run) => [run.connectionId, run]));
  const now = yield* Clock.currentTimeMillis;
  const views = (yield* listSyncStates(tx)).map((state): SyncView => {
    const { slug = "", enabled = false } = connections.get(state.connectionId) ?? {};
    const { users, groups, pending, lastRuns, lastFailed, busy, refused } =
      counts.get(state.connectionId) ?? nothing;
    const seen = { ...state, enabled, busy, refused };
    const run = last.get(state.connectionId);
    const lastRun = run === undefined ? null : { ...run, connection: slug };
    return {
      ...state,
      ...{ users, groups, lastRun, pendingAccounts: pending },
      errorRate: lastRuns === 0 ? 0 : lastFailed / lastRuns,
      state: syncStateOf(seen, now),
      why: syncStateText(seen, now),
    };
  });
  return new Map(views.map((view) => [view.connectionId, view]));
});

interface Page {
  readonly limit: number;
  readonly before?: string;
  /** Slug; of every connection where there is none. */
  readonly connection?: string;
}

/** Newest first. */
export const viewRuns = Effect.fn("viewRuns")(function* (tx: TenantTx, { connection, ...page }: Page) {
  const slugs = yield* slugsOf(tx);
  if (connection === undefined) return (yield* listRuns(tx, page)).map(runView(slugs));
  const row = yield* namedConnection(tx, connection);
  return (yield* listRuns(tx, { ...page, connection: row.id })).map(runView(slugs));
});

/** Undefined where there is no such run here. */
export const viewRun = Effect.fn("viewRun")(function* (tx: TenantTx, id: string) {
  const found = isUuid(id) ? yield* findRun(tx, id) : undefined;
  return found === undefined ? undefined : runView(yield* slugsOf(tx))(found);
});
