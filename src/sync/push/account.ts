/** One account brought to what it should be there: look, mark, call, record. */
import { Effect } from "effect";
import type { IntentMove, WaitingRow } from "../../store/index.ts";
import { make } from "./make.ts";
import { conclude, forgetGone, type Outcome, type Writing } from "./record.ts";
import { type Look, look, lookForNew } from "./seek.ts";
import { workThere } from "./there.ts";
import { failed } from "./trouble.ts";
import { type Case, goneDifference, knownId } from "./want/index.ts";

const unchanged: Outcome = {
  moves: [],
  changes: [],
  drifted: [],
  copy: null,
  removed: null,
  remoteId: null,
  trouble: null,
  isNews: false,
};

const workNew = Effect.fnUntraced(function* (
  writing: Writing,
  one: Case,
  waiting: WaitingRow,
  to: Extract<Look, { readonly _tag: "Make" }>,
) {
  const made = yield* make(writing, one, waiting, to);
  if (made._tag === "Not") {
    const { trouble, moves, stop } = made;
    return yield* conclude(writing, one, waiting, { ...unchanged, moves, trouble }, stop);
  }
  const { found, intent, change } = made;
  const others = one.intents.filter(({ id, fact }) => id !== intent.id && fact !== "user");
  const taken: ReadonlyArray<IntentMove> = [{ id: intent.id, state: "held", subject: found.user.id }];
  const now = { ...one, intents: [...others, intent] };
  return yield* workThere(writing, now, waiting, { found, taken, made: [change] });
});

const workGone = Effect.fnUntraced(function* (writing: Writing, one: Case, waiting: WaitingRow) {
  const id = knownId(one);
  const about = one.intents.filter(({ subject }) => subject === "" || subject === id);
  const { again, moves, drifted } = goneDifference(one.wanted, about, writing.settings);
  const isOurs = about.some(({ fact }) => fact === "user");
  const isCopied = one.standing.people.some(({ isHere, sourceId }) => isHere && sourceId === id);
  if (id !== null) yield* forgetGone(writing, one, id, isOurs);
  // Of somebody who is not ours and whom we read, the next reading tells what it means that they are gone.
  if (again === undefined && (isOurs || isCopied)) {
    const isNew = moves.some(({ state }) => state === "drifted");
    return yield* conclude(writing, one, waiting, { ...unchanged, moves, drifted: isNew ? drifted : [] });
  }
  const next = yield* lookForNew(writing.target, one, again, moves);
  return yield* proceed(writing, one, waiting, next);
});

const proceed = (writing: Writing, one: Case, waiting: WaitingRow, to: Look): ReturnType<typeof workNew> => {
  switch (to._tag) {
    case "There":
      return workThere(writing, one, waiting, { found: to.found, taken: to.taken, made: [] });
    case "Gone":
      return workGone(writing, one, waiting);
    case "Make":
      return workNew(writing, one, waiting, to);
    case "Nobody":
      return conclude(writing, one, waiting, { ...unchanged, moves: to.moves });
    case "Stuck":
      return conclude(writing, one, waiting, { ...unchanged, moves: to.moves, trouble: to.trouble });
  }
};

/** Brings one account to what it should be there, and gives what kept it from being so. */
export const workAccount = Effect.fn("push.account")(function* (
  writing: Writing,
  one: Case,
  waiting: WaitingRow,
) {
  yield* Effect.addFinalizer(() => Effect.sync(() => writing.removing.delete(one.standing.account)));
  return yield* look(writing.target, one).pipe(
    Effect.flatMap((to) => proceed(writing, one, waiting, to)),
    Effect.catchTag("ConnectorFailure", (failure) =>
      Effect.gen(function* () {
        const trouble = yield* failed(one.standing.pushed?.failures ?? 0, failure);
        return yield* conclude(writing, one, waiting, { ...unchanged, trouble });
      }),
    ),
  );
}, Effect.scoped);
