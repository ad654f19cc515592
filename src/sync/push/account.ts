/** One account brought to what it should be there: look, mark, call, record. */
import { Effect } from "effect";
import type { Applied, Change, ConnectorFailure, Found, Target } from "../../../connectors/connector.ts";
import type { Json } from "../../domain/index.ts";
import {
  countCreations,
  type IntentMove,
  newId,
  type OwnedIntent,
  Store,
  type WaitingRow,
} from "../../store/index.ts";
import { isAsWritten, withPerson } from "../profile.ts";
import { difference, goneDifference, thereOf } from "./difference.ts";
import { type Case, intentsAbout, knownId, nameKey, personIntent, personOf, writtenOf } from "./look.ts";
import type { Part, Step } from "./part.ts";
import { announce, type Outcome, record, type Work } from "./record.ts";
import { type AccountTrouble, stopOf, troubleOf } from "./trouble.ts";

/** A connection at work, and the system it writes to. */
export interface Writing extends Work {
  readonly target: Target;
  /** Deletions that are under way: not yet among those that can be counted. */
  readonly removing: Set<string>;
}

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

const failed = (one: Case, failure: ConnectorFailure) =>
  Effect.gen(function* () {
    const stop = stopOf(failure);
    if (stop !== null) return yield* stop;
    return troubleOf(failure, one.standing.pushed?.failures ?? 0);
  });

const conflict = (detail: string): AccountTrouble => ({
  kind: "push-conflict",
  reason: "conflict",
  detail,
  retrySeconds: null,
});

const isTaken =
  "Somebody whom Rolebridge did not make has this userName or email there. Merge the two accounts, or rename one of them; then have it tried again.";
const isNameless = "No source tells a userName for this account, so nobody can be created for it.";

const refused = (detail: string): AccountTrouble => ({
  kind: "push-refused",
  reason: "refused",
  detail,
  retrySeconds: null,
});

/** Whom we find: they are there, they are gone, they are to be made, or something is in the way. */
type Look =
  | { readonly _tag: "There"; readonly found: Found; readonly taken: ReadonlyArray<IntentMove> }
  | { readonly _tag: "Gone" }
  | {
      readonly _tag: "Make";
      readonly again: OwnedIntent | undefined;
      readonly moves: ReadonlyArray<IntentMove>;
    }
  | { readonly _tag: "Nobody"; readonly moves: ReadonlyArray<IntentMove> }
  | { readonly _tag: "Stuck"; readonly trouble: AccountTrouble; readonly moves: ReadonlyArray<IntentMove> };

const nameIn = (written: Json): string | undefined => {
  const name = (Object(written) as { readonly userName?: unknown }).userName;
  return typeof name === "string" ? name : undefined;
};

/** A creation that was begun and of which we do not know what became. */
const findBegun = Effect.fnUntraced(function* (target: Target, intent: OwnedIntent) {
  const userName = nameIn(intent.after);
  if (userName === undefined) return undefined;
  const people = yield* target.find({ userName });
  const made = people.find(({ resource }) => isAsWritten(resource, intent.after));
  if (made === undefined) return undefined;
  const found = yield* target.one(made.id);
  return found._tag === "Found" ? found : undefined;
});

/** Nobody is known to be this account there. One who has the name is never taken for them. */
const lookForNew = Effect.fnUntraced(function* (
  target: Target,
  one: Case,
  again: OwnedIntent | undefined,
  moves: ReadonlyArray<IntentMove>,
): Effect.fn.Return<Look, ConnectorFailure> {
  const ended = again === undefined ? moves : [...moves, { id: again.id, state: "ended" as const }];
  if (!one.wanted.isWanted) return { _tag: "Nobody", moves: ended };
  const person = personOf(one.wanted);
  if (person === null) return { _tag: "Stuck", trouble: refused(isNameless), moves: ended };
  const others = yield* target.find(person);
  if (others.length > 0) return { _tag: "Stuck", trouble: conflict(isTaken), moves: ended };
  return { _tag: "Make", again, moves };
});

const look = Effect.fnUntraced(function* (
  target: Target,
  one: Case,
): Effect.fn.Return<Look, ConnectorFailure> {
  const id = knownId(one);
  const begun = personIntent(one);
  if (id !== null) {
    const found = yield* target.one(id);
    return found._tag === "Found" ? { _tag: "There", found, taken: [] } : { _tag: "Gone" };
  }
  if (begun === undefined) return yield* lookForNew(target, one, undefined, []);
  const found = begun.subject === "" ? yield* findBegun(target, begun) : undefined;
  if (found === undefined) return yield* lookForNew(target, one, begun, []);
  return { _tag: "There", found, taken: [{ id: begun.id, state: "held", subject: found.user.id }] };
});

/** Calls one by one. What fails for passing reasons ends the round; what is refused leaves the others. */
const call = Effect.fnUntraced(function* (writing: Writing, one: Case, steps: ReadonlyArray<Opened>) {
  const done: Array<{ readonly step: Opened; readonly applied: Applied }> = [];
  const refusedSteps: Array<Opened> = [];
  let trouble: AccountTrouble | null = null;
  let stop: ConnectorFailure | null = null;
  for (const step of steps) {
    const answer = yield* Effect.result(writing.target.apply(step.change));
    if (answer._tag === "Success") {
      done.push({ step, applied: answer.success });
      continue;
    }
    const failure = answer.failure;
    if (stopOf(failure) !== null) {
      stop = failure;
      break;
    }
    trouble = troubleOf(failure, one.standing.pushed?.failures ?? 0);
    if (trouble.retrySeconds !== null) break;
    refusedSteps.push(step);
  }
  return { done, refusedSteps, trouble, stop };
});

interface Opened extends Step {
  readonly opened: ReadonlyArray<{ readonly id: string; readonly after: Json }>;
}

/** The marks of all steps, made before the first call. */
const openAll = Effect.fnUntraced(function* (
  writing: Writing,
  one: Case,
  subject: string,
  part: Part,
  waiting: WaitingRow,
  taken: ReadonlyArray<IntentMove>,
) {
  const { account } = one.standing;
  const steps = part.steps.map(
    (step): Opened => ({ ...step, opened: step.opens.map(({ after }) => ({ id: newId(), after })) }),
  );
  const opens = steps.flatMap(({ opens: drafts, opened }) =>
    drafts.map((draft, index) => ({ ...draft, id: opened[index]?.id ?? newId(), account, subject })),
  );
  const reopens = steps.flatMap((step) => step.reopens);
  const reopened = reopens
    .filter(({ fact, state }) => fact !== "user" && state !== "open")
    .map(({ id }) => ({ id, state: "open" as const }));
  const needs = new Set([...reopens, ...steps.flatMap(({ ends }) => ends)].map(({ id }) => id));
  if (steps.length > 0 || taken.length > 0)
    yield* announce(writing, {
      opens,
      moves: [...taken, ...reopened],
      needs: [...needs],
      cause: waiting.cause,
    });
  return steps;
});

/** What the marks of a step are after its call. One who was in the group already was not put there by us. */
const movesOf = ({ step, applied }: { readonly step: Opened; readonly applied: Applied }) => {
  const isTheirs = step.change._tag === "Join" && applied._tag === "Already";
  const state = isTheirs ? ("released" as const) : ("held" as const);
  return [
    ...step.opened.map(({ id }) => ({ id, state })),
    ...step.reopens.map(({ id }): IntentMove => {
      const after = step.after?.get(id);
      return after === undefined ? { id, state: "held" } : { id, state: "held", after };
    }),
    ...step.ends.map(({ id }) => ({ id, state: "ended" as const })),
  ];
};

/** Of what was refused nothing was written. */
const refusedMoves = (steps: ReadonlyArray<Opened>): ReadonlyArray<IntentMove> =>
  steps.flatMap(({ opened }) => opened.map(({ id }) => ({ id, state: "ended" as const })));

const groupsIn = (changes: ReadonlyArray<Change>, tag: "Join" | "Leave") =>
  changes.flatMap((change) => (change._tag === tag ? [change.group.id] : []));

/** As they are now, asked once more where fields were written: systems keep them in their own form. */
const resourceAfter = Effect.fnUntraced(function* (
  target: Target,
  found: Found,
  changes: ReadonlyArray<Change>,
) {
  const updates = changes.flatMap((change) => (change._tag === "Update" ? [change.person] : []));
  if (updates.length === 0) return found.user.resource;
  const guess = updates.reduce((resource, person) => withPerson(resource, person), found.user.resource);
  const again = yield* Effect.result(target.one(found.user.id));
  return again._tag === "Success" && again.success._tag === "Found" ? again.success.user.resource : guess;
});

/** Deletion cannot be taken back: of many within an hour, a person decides. */
const held = Effect.fnUntraced(function* (writing: Writing, one: Case, part: Part) {
  const isRemoval = part.steps.some(({ change }) => change._tag === "Remove");
  if (!isRemoval || one.standing.pushed?.reason === "approved") return false;
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
  const { done, refusedSteps, trouble, stop } = yield* call(writing, one, steps);
  const changes = done.filter(({ applied }) => applied._tag === "Changed").map(({ step }) => step.change);
  const calls = done.map(({ step }) => step.change);
  const isOurs = mine.some(({ fact }) => fact === "user");
  const isCopied = one.standing.copy?.sourceId === there.id;
  const isRemoved = calls.some(({ _tag }) => _tag === "Remove");
  const isPlain = isCopied && calls.every(({ _tag }) => _tag === "Join" || _tag === "Leave");
  const moves = [...part.moves, ...done.flatMap(movesOf), ...refusedMoves(refusedSteps)];
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
    trouble: isHeld ? tooMany : trouble,
    isNews: isOurs && !isCopied && theirs.length > 0,
  });
  if (stop !== null) yield* failed(one, stop);
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
    const trouble = yield* failed(one, answer.failure);
    const over = trouble.retrySeconds === null ? [{ id, state: "ended" as const }] : [];
    return { trouble, moves: over };
  }
  const found = yield* writing.target.one(answer.success.id);
  // An answer that was lost and asked for again looks like somebody else who has the name.
  const isMade =
    found._tag === "Found" && (answer.success._tag === "Changed" || isAsWritten(found.user.resource, after));
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
    const { trouble = null, moves = [] } = made as {
      trouble?: AccountTrouble;
      moves?: ReadonlyArray<IntentMove>;
    };
    yield* record(writing, one, waiting, { ...unchanged, moves, trouble });
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
  if (again === undefined) {
    const isNew = moves.some(({ state }) => state === "drifted");
    yield* record(writing, one, waiting, { ...unchanged, moves, drifted: isNew ? drifted : [] });
    return null;
  }
  // Our copy still has the one who is gone: whoever comes instead can be its own only once that is read.
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
        const trouble = yield* failed(one, failure);
        yield* record(writing, one, waiting, { ...unchanged, trouble });
        return trouble;
      }),
    ),
  );
}, Effect.scoped);
