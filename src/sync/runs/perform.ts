/** Works one run from its beginning to its end, whatever end that is. */
import { Clock, Duration, Effect, Schedule } from "effect";
import { ConnectorFailure, type Source } from "../../../connectors/connector.ts";
import {
  countPending,
  noteMarkedIdentity,
  noteProgress,
  Store,
  type Progress as StoredProgress,
} from "../../store/index.ts";
import { makeProgress, type Pull, RunStopped, takePerson, takeSnapshot } from "../pull/index.ts";
import { workPending } from "../worker.ts";
import { type Claim, mostAttempts } from "./claim.ts";
import { openConnection } from "./connectors.ts";
import { endingOf } from "./ending.ts";
import { finish } from "./finish.ts";

/** A source that gives nothing for so long has nothing to give, however lively its connection is. */
const patience = Duration.toMillis("10 minutes");

/** Fails once nothing has moved for long. */
const makeWatch = Effect.fnUntraced(function* () {
  let seen = "";
  let since = yield* Clock.currentTimeMillis;
  return Effect.fnUntraced(function* ({ steps }: StoredProgress) {
    const now = yield* Clock.currentTimeMillis;
    const text = JSON.stringify(steps);
    if (text !== seen) since = now;
    seen = text;
    if (now - since < patience) return;
    return yield* new ConnectorFailure({
      reason: "unavailable",
      detail: "Nothing came for ten minutes, so the run was ended. What had come is kept.",
    });
  });
});

/** Says that the run lives and how far it is, until it is another's. Trouble with the database is not the run's. */
const pulse = Effect.fnUntraced(function* (pull: Pull) {
  const store = yield* Store;
  const watch = yield* makeWatch();
  const beat = Effect.gen(function* () {
    const progress = yield* pull.progress.now;
    const held = yield* store
      .tenant(pull.organization, (tx) => noteProgress(tx, pull.run, pull.holder, progress))
      .pipe(Effect.catchTag("Unavailable", () => Effect.succeed({ enabled: true })));
    if (held === undefined) return yield* new RunStopped({ why: "superseded" });
    if (!held.enabled) return yield* new RunStopped({ why: "disabled" });
    yield* watch(progress);
  });
  return yield* beat.pipe(Effect.repeat(Schedule.spaced("1 second")), Effect.andThen(Effect.never));
});

const another = new ConnectorFailure({
  reason: "refused",
  detail:
    "This is another directory than the one that was read before: everybody would seem to have left. Give it a connection of its own, or put back the settings.",
});

/** Who is missing in another directory has not left the one that was read before. */
const sameDirectory = Effect.fnUntraced(function* ({ identity: before }: Claim, { identity }: Source) {
  const now = identity === undefined ? null : yield* identity;
  return before === null || now === before ? now : yield* another;
});

/** What was written there through another connection is known for ours before the first of it is read. */
const knowMarks = Effect.fnUntraced(function* ({ organization, connection, identity }: Pull) {
  const store = yield* Store;
  if (identity !== null) {
    yield* store.tenant(organization, (tx) => noteMarkedIdentity(tx, connection, identity));
  }
});

const read = Effect.fn("run.read")(function* (claimed: Claim, pull: Pull) {
  const { run, organization, connection } = claimed;
  const { source } = yield* openConnection(organization, connection);
  if (source === undefined) {
    return yield* new ConnectorFailure({
      reason: "refused",
      detail: "This kind of connection cannot be read.",
    });
  }
  pull.identity = yield* sameDirectory(claimed, source);
  if (claimed.identity === null) yield* knowMarks(pull);
  yield* run.userId === null ? takeSnapshot(pull, source) : takePerson(pull, source, run.userId);
}, Effect.scoped);

/** Whoever was touched has their roles when the run has ended, be it by this worker or by another one. */
const bringUpToDate = Effect.fn("run.roles")(function* ({ organization }: Claim, { progress, run }: Pull) {
  const store = yield* Store;
  yield* progress.add("roles", {});
  const round = workPending(organization, (accounts) => progress.add("roles", { read: accounts }), run).pipe(
    Effect.andThen(store.tenant(organization, countPending)),
  );
  yield* Effect.repeat(round, {
    while: (waiting) => waiting > 0,
    schedule: Schedule.spaced("100 millis"),
    times: 100,
  });
  yield* progress.end("roles");
});

const worn = new ConnectorFailure({
  reason: "unavailable",
  detail: `The run was begun ${mostAttempts} times and interrupted each time. Look at the log of the servers that worked it.`,
});

export const perform = Effect.fn("run")(function* (claimed: Claim) {
  const { organization, connection, run, holder, failures } = claimed;
  const progress = yield* makeProgress();
  const pull: Pull = { organization, connection, run: run.id, holder, progress, identity: null };
  const work = claimed.exhausted ? worn : Effect.andThen(read(claimed, pull), bringUpToDate(claimed, pull));
  yield* Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(restore(Effect.raceFirst(work, pulse(pull))));
      const ended = endingOf(exit, failures);
      if (ended?.trouble?.reason === "internal")
        yield* Effect.logError("A run broke.", { run: run.id }, exit);
      if (ended !== null) yield* finish(claimed, pull, ended);
    }),
  );
});
