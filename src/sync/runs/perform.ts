/** Works one run from its beginning to its end, whatever end that is. */
import { Effect } from "effect";
import { ConnectorFailure, type Source } from "../../../connectors/connector.ts";
import { noteFirstIdentity, Store } from "../../store/index.ts";
import { askChanges, makeProgress, type Pull, takeGroup, takePerson, takeSnapshot } from "../pull/index.ts";
import { type Claim, mostAttempts } from "./claim.ts";
import { openConnection } from "./connectors.ts";
import { endingOf } from "./ending.ts";
import { finish } from "./finish.ts";
import { pulse } from "./pulse.ts";
import { bringUpToDate } from "./roles.ts";
import { sameDirectory } from "./same-directory.ts";

/**
 * Where changes are to be followed from: taken before the reading begins, so that what happens meanwhile is told again.
 * That changes cannot be had says nothing about reading everything; the follower says it.
 */
const cursorOf = ({ changes }: Source) =>
  changes === undefined
    ? Effect.succeed(null)
    : askChanges(changes, null).pipe(
        Effect.map(({ cursor }) => cursor),
        Effect.catchTag("ConnectorFailure", () => Effect.succeed(null)),
      );

const lookMillis = ({ followSeconds }: Claim): number | null =>
  followSeconds === null ? null : followSeconds * 1_000;

/** What is written there through another connection is known for ours before the first of it is read. */
const knowMarks = Effect.fnUntraced(function* ({ organization, connection, identity }: Pull) {
  const store = yield* Store;
  if (identity !== null) {
    yield* store.tenant(organization, (tx) => noteFirstIdentity(tx, connection, identity));
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
  pull.identity = yield* sameDirectory(claimed.identity, source);
  if (claimed.identity === null) yield* knowMarks(pull);
  if (run.userId !== null) return yield* takePerson(pull, source, run.userId);
  if (run.groupId !== null) return yield* takeGroup(pull, source, run.groupId);
  pull.cursor = yield* cursorOf(source);
  yield* takeSnapshot(pull, source, lookMillis(claimed));
}, Effect.scoped);

const worn = new ConnectorFailure({
  reason: "unavailable",
  detail: `The run was begun ${mostAttempts} times and interrupted each time. Look at the log of the servers that worked it.`,
});

export const perform = Effect.fn("run")(function* (claimed: Claim) {
  const { organization, connection, run, holder, failures } = claimed;
  const progress = yield* makeProgress();
  const pull: Pull = { organization, connection, run: run.id, holder, progress, identity: null };
  const work = claimed.exhausted ? worn : Effect.andThen(read(claimed, pull), bringUpToDate(pull));
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
