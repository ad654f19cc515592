/** One account brought to what it should be there: look, mark, call, record. */
import { Effect } from "effect";
import type { Change, ConnectorFailure, Found } from "../../../connectors/connector.ts";
import {
  countCreations,
  type IntentMove,
  newId,
  type OwnedIntent,
  Store,
  type WaitingRow,
} from "../../store/index.ts";
import { call, groupsIn, movesOf, openAll, resourceAfter, undoneMoves } from "./call.ts";
import { announce, forgetGone, type Outcome, record, type Writing } from "./record.ts";
import { isAsMade, type Look, look, lookForNew } from "./seek.ts";
import {
  type AccountTrouble,
  conflict,
  failed,
  interrupted,
  isNameless,
  isTaken,
  refused,
  stopOf,
  troubleOf,
} from "./trouble.ts";
import {
  type Case,
  difference,
  goneDifference,
  intentsAbout,
  knownId,
  nameKey,
  type Part,
  personOf,
  thereOf,
  writtenOf,
} from "./want/index.ts";

const failuresOf = ({ standing }: Case): number => standing.pushed?.failures ?? 0;

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

/** Deletion cannot be taken back: of many within an hour, a person decides. */
const held = Effect.fnUntraced(function* (writing: Writing, one: Case, part: Part) {
  const isRemoval = part.steps.some(({ change }) => change._tag === "Remove");
  const reason = one.standing.pushed?.reason;
  if (!isRemoval || reason === "approved") return false;
  if (reason === "held") return true;
  const store = yield* Store;
  const { ours, gone } = yield* store.tenant(writing.organization, (tx) =>
    countCreations(tx, writing.identity),
  );
  const under = gone + writing.removing.size;
  if (under >= Math.max(20, Math.floor((ours + gone) / 10))) return true;
  writing.removing.add(one.standing.account);
  return false;
});

const tooMany: AccountTrouble = {
  kind: "push-held",
  reason: "held",
  detail:
    "More people than usual are to be deleted there within an hour, so this one was only disabled. Have it tried again to delete them.",
  retrySeconds: null,
};

const workThere = Effect.fnUntraced(function* (
  writing: Writing,
  one: Case,
  waiting: WaitingRow,
  found: Found,
  taken: ReadonlyArray<IntentMove>,
  made: ReadonlyArray<Change>,
) {
  const there = thereOf(found);
  const subjects = new Map(taken.map(({ id, subject }) => [id, subject]));
  const intents = one.intents.map((intent) => ({
    ...intent,
    subject: subjects.get(intent.id) ?? intent.subject,
  }));
  const mine = intentsAbout({ ...one, intents }, there.id);
  const full = difference(there, one.wanted, mine, writing.settings);
  const isHeld = yield* held(writing, one, full);
  const part = isHeld
    ? difference(there, one.wanted, mine, { ...writing.settings, leaving: "disable" })
    : full;
  const steps = yield* openAll(writing, one, there.id, part, waiting, taken);
  const { done, undone, trouble, stop } = yield* call(writing, one, steps);
  const changes = done.filter(({ applied }) => applied._tag === "Changed").map(({ step }) => step.change);
  const calls = done.map(({ step }) => step.change);
  const isOurs = mine.some(({ fact }) => fact === "user");
  const isCopied = one.standing.copy?.sourceId === there.id;
  const isRemoved = calls.some(({ _tag }) => _tag === "Remove");
  const isPlain = isCopied && calls.every(({ _tag }) => _tag === "Join" || _tag === "Leave");
  const moves = [...part.moves, ...done.flatMap(movesOf), ...undoneMoves(undone)];
  const theirs = [...there.groups].filter((id) => !mine.some(({ object }) => object === id));
  const joined = [
    ...done
      .filter((each) => each.applied._tag === "Changed")
      .flatMap(({ step }) => groupsIn([step.change], "Join")),
    ...(isCopied
      ? mine
          .filter(({ object, fact }) => fact === "membership" && there.groups.has(object))
          .map(({ object }) => object)
      : there.groups),
  ];
  const left = groupsIn(calls, "Leave");
  yield* record(writing, one, waiting, {
    moves,
    changes: [...made, ...changes],
    drifted: part.moves.some(({ state }) => state === "drifted") ? part.drifted : [],
    copy: isRemoved
      ? null
      : {
          sourceId: there.id,
          resource: isPlain ? null : yield* resourceAfter(writing.target, found, calls),
          isOurs,
          joined: joined.filter((id) => !left.includes(id)),
          left,
        },
    removed: isRemoved ? there.id : null,
    remoteId: isRemoved ? null : there.id,
    trouble: stop !== null ? interrupted(stop) : isHeld ? tooMany : trouble,
    isNews: isOurs && !isCopied && theirs.length > 0,
  });
  if (stop !== null) yield* failed(failuresOf(one), stop);
  return trouble;
});

/** Makes the person, with the mark before the call, and gives them as they are then. */
const make = Effect.fnUntraced(function* (
  writing: Writing,
  one: Case,
  waiting: WaitingRow,
  { again, moves: before }: Extract<Look, { readonly _tag: "Make" }>,
) {
  const person = personOf(one.wanted);
  if (person === null) return { trouble: refused(isNameless), moves: before };
  const { account } = one.standing;
  const after = writtenOf(one.wanted);
  const object = nameKey(person.userName);
  const isSameName = again?.object === object;
  const id = isSameName ? again.id : newId();
  const opens = isSameName
    ? []
    : [{ id, account, subject: "", fact: "user" as const, object, kind: null, before: null, after }];
  const moves: ReadonlyArray<IntentMove> = isSameName
    ? [...before, { id, state: "open", subject: "", after }]
    : again === undefined
      ? before
      : [...before, { id: again.id, state: "ended" }];
  yield* announce(writing, { opens, moves, needs: isSameName ? [id] : [], cause: waiting.cause });
  const answer = yield* Effect.result(writing.target.apply({ _tag: "Create", person }));
  if (answer._tag === "Failure") {
    const stop = stopOf(answer.failure) === null ? null : answer.failure;
    const trouble = stop === null ? troubleOf(answer.failure, failuresOf(one)) : interrupted(stop);
    const isUnknown = stop === null && trouble.retrySeconds !== null;
    return { trouble, moves: isUnknown ? [] : [{ id, state: "ended" as const }], stop };
  }
  const found = yield* writing.target.one(answer.success.id);
  // An answer that was lost and asked for again looks like somebody else who has the name.
  const isMade = found._tag === "Found" && (answer.success._tag === "Changed" || isAsMade(found, after));
  if (!isMade) return { trouble: conflict(isTaken), moves: [{ id, state: "ended" as const }] };
  const intent: OwnedIntent = {
    id,
    identity: writing.identity,
    connection: writing.connection,
    account,
    owner: account,
    subject: "",
    fact: "user",
    object,
    kind: null,
    state: "held",
    before: null,
    after,
    cause: waiting.cause,
  };
  return { found, intent, change: { _tag: "Create", person } as const };
});

const workNew = Effect.fnUntraced(function* (
  writing: Writing,
  one: Case,
  waiting: WaitingRow,
  to: Extract<Look, { readonly _tag: "Make" }>,
) {
  const made = yield* make(writing, one, waiting, to);
  if (!("found" in made) || made.found === undefined) {
    const {
      trouble = null,
      moves = [],
      stop = null,
    } = made as {
      trouble?: AccountTrouble;
      moves?: ReadonlyArray<IntentMove>;
      stop?: ConnectorFailure | null;
    };
    yield* record(writing, one, waiting, { ...unchanged, moves, trouble });
    if (stop !== null) yield* failed(failuresOf(one), stop);
    return trouble;
  }
  const intents = [
    ...one.intents.filter(({ id, fact }) => id !== made.intent.id && fact !== "user"),
    made.intent,
  ];
  const taken: ReadonlyArray<IntentMove> = [
    { id: made.intent.id, state: "held", subject: made.found.user.id },
  ];
  return yield* workThere(writing, { ...one, intents }, waiting, made.found, taken, [made.change]);
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
    yield* record(writing, one, waiting, { ...unchanged, moves, drifted: isNew ? drifted : [] });
    return null;
  }
  const next = yield* lookForNew(writing.target, one, again, moves);
  return yield* proceed(writing, one, waiting, next);
});

const proceed = (writing: Writing, one: Case, waiting: WaitingRow, to: Look): ReturnType<typeof workNew> => {
  switch (to._tag) {
    case "There":
      return workThere(writing, one, waiting, to.found, to.taken, []);
    case "Gone":
      return workGone(writing, one, waiting);
    case "Make":
      return workNew(writing, one, waiting, to);
    case "Nobody":
      return Effect.as(record(writing, one, waiting, { ...unchanged, moves: to.moves }), null);
    case "Stuck":
      return Effect.as(
        record(writing, one, waiting, { ...unchanged, moves: to.moves, trouble: to.trouble }),
        to.trouble,
      );
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
        const trouble = yield* failed(failuresOf(one), failure);
        yield* record(writing, one, waiting, { ...unchanged, trouble });
        return trouble;
      }),
    ),
  );
}, Effect.scoped);
