/** The transaction that ends a run: its row, its connection's state, the event where something turned, the next job. */
import { Effect } from "effect";
import {
  countPending,
  endRun,
  findConnectionById,
  forgetOldRuns,
  hurryWaiting,
  lockSyncState,
  noteSuccess,
  noteTrouble,
  recordEvent,
  Store,
  type SyncStateRow,
  type TenantTx,
} from "../../store/index.ts";
import { previewFirstSync } from "../plan/index.ts";
import { originOfRun, type Pull } from "../pull/index.ts";
import type { Claim } from "./claim.ts";
import type { Ended } from "./ending.ts";
import { enqueueFollow, enqueueSync } from "./job.ts";
import { askToReadAll } from "./request.ts";

/** Ended runs of a connection that are kept. */
const keptRuns = 200;

/** A source that asks each time to be read once more is not read all the time. */
const againSeconds = 60;

const turned = (type: string, pull: Pull, data: { readonly reason?: string; readonly detail?: string }) => ({
  type,
  origin: originOfRun(pull),
  subject: { kind: "connection", id: pull.connection },
  data,
});

/** The first time that everybody was read, there is something to look at. */
const planFirst = Effect.fnUntraced(function* (tx: TenantTx, pull: Pull, { lastSuccessAt }: SyncStateRow) {
  if (lastSuccessAt !== null) return;
  const connection = yield* findConnectionById(tx, pull.connection);
  if (connection?.waits === true) yield* previewFirstSync(tx, originOfRun(pull), pull.connection);
});

/** Only a run about everyone tells whether the connection is to be believed. */
const noteEnding = Effect.fnUntraced(function* (
  tx: TenantTx,
  pull: Pull,
  before: SyncStateRow,
  { state, trouble }: Ended,
) {
  if (state === "done") {
    yield* noteSuccess(tx, pull.connection, { identity: pull.identity, cursor: pull.cursor ?? null });
    yield* planFirst(tx, pull, before);
    if (before.quarantinedAt !== null) yield* recordEvent(tx, turned("connection.recovered", pull, {}));
    if (before.everySeconds !== null) yield* enqueueSync(tx, pull.connection, before.everySeconds);
    if (before.followSeconds !== null) yield* enqueueFollow(tx, pull.connection);
    if (pull.again !== undefined)
      yield* askToReadAll(tx, pull.connection, { why: pull.again, afterSeconds: againSeconds });
  }
  if (trouble !== null) {
    yield* noteTrouble(tx, pull.connection, trouble);
    const { reason, detail, retrySeconds } = trouble;
    if (trouble.quarantine && before.quarantinedAt === null) {
      yield* recordEvent(tx, turned("connection.quarantined", pull, { reason, detail }));
    }
    if (before.everySeconds !== null) yield* enqueueSync(tx, pull.connection, retrySeconds);
  }
});

/** One that goes back to wait where a later one waits already has nothing left to do. */
const settled = Effect.fnUntraced(function* (tx: TenantTx, { connection, run }: Claim, ended: Ended) {
  if (ended.state !== "waiting") return ended;
  const later = yield* hurryWaiting(tx, { connection, user: run.userId, group: run.groupId });
  return later ? ({ state: "cancelled", trouble: null } satisfies Ended) : ended;
});

export const finish = Effect.fn("finish")(function* (claimed: Claim, pull: Pull, wanted: Ended) {
  const store = yield* Store;
  const progress = yield* pull.progress.now;
  yield* store.tenant(
    claimed.organization,
    Effect.fnUntraced(function* (tx) {
      const before = yield* lockSyncState(tx, claimed.connection);
      const ended = yield* settled(tx, claimed, wanted);
      const { reason = null, detail = null } = ended.trouble ?? {};
      const ours = yield* endRun(tx, claimed.run.id, claimed.holder, {
        ...progress,
        state: ended.state,
        reason,
        detail,
      });
      if (!ours || before === undefined) return;
      const { userId, groupId } = claimed.run;
      if (userId === null && groupId === null) yield* noteEnding(tx, pull, before, ended);
      if (ended.state === "waiting") yield* enqueueSync(tx, claimed.connection);
      if ((yield* countPending(tx)) > 0)
        yield* tx.enqueue("reconcile", { organization: claimed.organization });
      yield* forgetOldRuns(tx, claimed.connection, keptRuns);
    }),
  );
});
