/** One look's news, read and kept by a run of its own; the cursor moves on in the transaction that ends the run. */
import { Cause, Clock, Effect, Exit, Metric, Option } from "effect";
import { ConnectorFailure, type Hint, type Source } from "../../../connectors/connector.ts";
import type { JsonObject, Run, RunState } from "../../domain/index.ts";
import {
  beginFollowing,
  countPending,
  endLeftBehind,
  endRun,
  findRunning,
  findWaiting,
  forgetOldRuns,
  holdFollow,
  lockSyncState,
  newId,
  noteFollowed,
  Store,
  type TenantTx,
} from "../../store/index.ts";
import { makeProgress, namedIn, type Pull, RunStopped, shownWhy, takeNamed, toldOf } from "../pull/index.ts";
import { askToReadAll, bringUpToDate, enqueueSync, pulse } from "../runs/index.ts";
import type { Follower } from "./follower.ts";
import type { Gathered } from "./look.ts";
import { Pace } from "./pace.ts";

/** Ended runs of this sort that are kept, beside those of whole runs. */
const keptRuns = 200;

/**
 * `kept`: the cursor has moved on. `yielded`: too, and a whole run waits. `waits`: one is at work, or we do not follow
 * any more.
 */
export type Outcome = "kept" | "yielded" | "waits";

const lag = Metric.histogram("rolebridge_change_lag_seconds", {
  description: "From a change at a source until its effect here.",
  boundaries: [1, 2, 3, 5, 10, 20, 30, 60, 300, 900],
});

/** A run of ours, where nobody reads the connection now. One that was left behind by its holder ends here. */
const begin = Effect.fnUntraced(function* (
  tx: TenantTx,
  { connection, holder }: Follower,
  runHolder: string,
) {
  if (!(yield* holdFollow(tx, connection, holder))) return undefined;
  const running = yield* findRunning(tx, connection);
  if (running?.follows === true && !running.live) yield* endLeftBehind(tx, running.id);
  else if (running !== undefined) return undefined;
  return yield* beginFollowing(tx, connection, runHolder);
});

/** When the newest of what was told happened, and how long the oldest took, by the source's own clock. */
const timesOf = (since: ReadonlyMap<string, number>, hints: ReadonlyArray<Hint>, now: number) => {
  const sane = (at: number) => Number.isFinite(at) && at > 0;
  const newest = hints.map(({ because }) => because.at).filter(sane);
  const oldest = [...since.values()].filter(sane);
  if (newest.length === 0 || oldest.length === 0) return { changedAt: null, lagMillis: null };
  const lagMillis = Math.min(Math.max(0, now - Math.min(...oldest)), 2_000_000_000);
  return { changedAt: new Date(Math.min(Math.max(...newest), now)), lagMillis };
};

const isNews = ({ steps }: { readonly steps: Run["steps"] }): boolean =>
  steps.some(({ added, changed, removed }) => added + changed + removed > 0);

const smooth = (before: number | null, now: number | null): number | null =>
  before === null || now === null ? now : Math.round(before * 0.7 + now * 0.3);

/** Why everything is to be read, where one of the hints says so or they are too many to ask for each. */
const whyAll = (hints: ReadonlyArray<Hint>, tooMany: number): JsonObject | undefined => {
  const everyone = hints.find((hint) => hint._tag === "Everyone");
  if (everyone !== undefined) return { why: shownWhy(everyone.why), ...toldOf(everyone.because) };
  if (hints.length > tooMany) return { why: `${hints.length} things changed at once.` };
  return undefined;
};

const readAll = Effect.fnUntraced(function* (tx: TenantTx, { connection }: Follower, why: JsonObject) {
  const { readAllSeconds } = yield* Pace;
  const state = yield* lockSyncState(tx, connection);
  const now = yield* Clock.currentTimeMillis;
  const pause = readAllSeconds * 1_000;
  // What fails is tried again as late as a scheduled run would be.
  const failed = state === undefined || state.failures === 0 ? 0 : (state.dueAt?.getTime() ?? now + pause);
  const next = Math.max((state?.lastSuccessAt?.getTime() ?? 0) + pause, failed);
  yield* askToReadAll(tx, connection, { why, afterSeconds: Math.max(0, Math.ceil((next - now) / 1_000)) });
});

const moveOn = Effect.fnUntraced(function* (
  tx: TenantTx,
  follower: Follower,
  { cursor, since, hints }: Gathered,
  isNew: boolean,
) {
  const now = yield* Clock.currentTimeMillis;
  const { epoch, lagMillis: before } = follower.row;
  const { changedAt, lagMillis } = isNew ? timesOf(since, hints, now) : { changedAt: null, lagMillis: null };
  if (lagMillis !== null) yield* Metric.update(lag, lagMillis / 1_000);
  const smoothed = smooth(before, lagMillis);
  yield* noteFollowed(tx, follower.connection, { cursor, epoch, changedAt, lagMillis: smoothed });
  follower.row = { ...follower.row, lagMillis: smoothed ?? before };
});

interface Ended {
  readonly state: RunState;
  readonly reason: string | null;
  readonly detail: string | null;
}

const endingOf = (exit: Exit.Exit<unknown, unknown>): Ended => {
  if (Exit.isSuccess(exit)) return { state: "done", reason: null, detail: null };
  const failure = Option.getOrUndefined(Cause.findErrorOption(exit.cause));
  if (failure instanceof ConnectorFailure) {
    return { state: "failed", reason: failure.reason, detail: failure.detail };
  }
  return { state: "cancelled", reason: null, detail: "It was interrupted. The next look reads the same." };
};

/** Ends the run, and moves the cursor on with it where all went well. */
const finish = Effect.fnUntraced(function* (
  follower: Follower,
  pull: Pull,
  gathered: Gathered,
  ended: Ended,
  why: JsonObject | undefined,
) {
  const store = yield* Store;
  const progress = yield* pull.progress.now;
  return yield* store.tenant(
    follower.organization,
    Effect.fnUntraced(function* (tx) {
      yield* lockSyncState(tx, follower.connection);
      const ours = yield* endRun(tx, pull.run, pull.holder, { ...progress, ...ended });
      if (!ours) return "waits" as const;
      if (ended.state === "done") {
        if (why !== undefined) yield* readAll(tx, follower, why);
        yield* moveOn(tx, follower, gathered, isNews(progress));
      }
      if ((yield* countPending(tx)) > 0)
        yield* tx.enqueue("reconcile", { organization: follower.organization });
      yield* forgetOldRuns(tx, follower.connection, keptRuns, true);
      const waiting = (yield* findWaiting(tx, follower.connection)) !== undefined;
      if (!waiting || why !== undefined) return "kept" as const;
      yield* enqueueSync(tx, follower.connection);
      return "yielded" as const;
    }),
  );
});

/** Nothing is named: only everything tells. */
const onlyAsk = Effect.fnUntraced(function* (follower: Follower, gathered: Gathered, why: JsonObject) {
  const store = yield* Store;
  return yield* store.tenant(
    follower.organization,
    Effect.fnUntraced(function* (tx) {
      if (!(yield* holdFollow(tx, follower.connection, follower.holder))) return "waits" as const;
      yield* readAll(tx, follower, why);
      yield* moveOn(tx, follower, gathered, false);
      return "kept" as const;
    }),
  );
});

/** Another one took over, or the connection was disabled: whoever looks next sees that. */
const isStopped = (error: unknown): error is RunStopped => error instanceof RunStopped;

/** Reads and keeps what was told, brings everyone touched up to date, and moves the cursor on. */
export const keep = Effect.fn("follow.keep")(function* (
  follower: Follower,
  source: Source,
  gathered: Gathered,
  forgiving: boolean,
) {
  const store = yield* Store;
  const { tooMany } = yield* Pace;
  const { organization, connection } = follower;
  const why = whyAll(gathered.hints, tooMany);
  const tooMuch = gathered.hints.length > tooMany;
  const named = namedIn(tooMuch ? [] : gathered.hints);
  if (why !== undefined && named.users.size + named.groups.size === 0) {
    return yield* onlyAsk(follower, gathered, why);
  }
  const holder = newId();
  const run = yield* store.tenant(organization, (tx) => begin(tx, follower, holder));
  if (run === undefined) return "waits" satisfies Outcome;
  const progress = yield* makeProgress();
  const identity = follower.row.sourceIdentity;
  const pull: Pull = { organization, connection, run: run.id, holder, progress, identity };
  const reread = { users: new Set<string>(), groups: new Set<string>() };
  const work = takeNamed(pull, source, named, { forgiving, reread }).pipe(
    Effect.andThen(progress.end("users", "groups", "memberships", "removals")),
    Effect.andThen(bringUpToDate(pull)),
  );
  return yield* Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(restore(Effect.raceFirst(work, pulse(pull))));
      const outcome: Outcome = yield* finish(follower, pull, gathered, endingOf(exit), why ?? pull.again);
      return Exit.isFailure(exit) ? yield* Effect.failCause(exit.cause) : outcome;
    }),
  ).pipe(Effect.catchIf(isStopped, () => Effect.succeed<Outcome>("waits")));
});
