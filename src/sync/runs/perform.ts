/** Works one run from its beginning to its end, whatever end that is. */
import { Effect, Schedule } from "effect";
import { ConnectorFailure, type Source } from "../../../connectors/connector.ts";
import { countPending, noteProgress, Store } from "../../store/index.ts";
import { makeProgress, type Pull, RunStopped, takePerson, takeSnapshot } from "../pull/index.ts";
import { workPending } from "../worker.ts";
import type { Claim } from "./claim.ts";
import { openConnection } from "./connectors.ts";
import { endingOf } from "./ending.ts";
import { finish } from "./finish.ts";

/** Says that the run lives and how far it is, until it is another's. Trouble with the database is not the run's. */
const pulse = (pull: Pull) =>
  Effect.gen(function* () {
    const store = yield* Store;
    const progress = yield* pull.progress.now;
    const ours = yield* store
      .tenant(pull.organization, (tx) => noteProgress(tx, pull.run, pull.holder, progress))
      .pipe(Effect.catchTag("Unavailable", () => Effect.succeed(true)));
    if (!ours) return yield* new RunStopped({ why: "superseded" });
  }).pipe(Effect.repeat(Schedule.spaced("1 second")), Effect.andThen(Effect.never));

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
  yield* run.userId === null ? takeSnapshot(pull, source) : takePerson(pull, source, run.userId);
}, Effect.scoped);

/** Whoever was touched has their roles when the run has ended, be it by this worker or by another one. */
const bringUpToDate = Effect.fn("run.roles")(function* ({ organization }: Claim, { progress }: Pull) {
  const store = yield* Store;
  yield* progress.add("roles", {});
  const round = workPending(organization, (accounts) => progress.add("roles", { read: accounts })).pipe(
    Effect.andThen(store.tenant(organization, countPending)),
  );
  yield* Effect.repeat(round, {
    while: (waiting) => waiting > 0,
    schedule: Schedule.spaced("100 millis"),
    times: 100,
  });
  yield* progress.end("roles");
});

export const perform = Effect.fn("run")(function* (claimed: Claim) {
  const { organization, connection, run, holder, failures } = claimed;
  const progress = yield* makeProgress();
  const pull: Pull = { organization, connection, run: run.id, holder, progress, identity: null };
  const work = Effect.andThen(read(claimed, pull), bringUpToDate(claimed, pull));
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
