/** The signs of life of a run. */
import { Clock, Duration, Effect, Schedule } from "effect";
import { ConnectorFailure } from "../../../connectors/connector.ts";
import { noteProgress, Store, type Progress as StoredProgress } from "../../store/index.ts";
import { type Pull, RunStopped } from "../pull/index.ts";

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
export const pulse = Effect.fnUntraced(function* (pull: Pull) {
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
