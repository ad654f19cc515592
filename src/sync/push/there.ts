/** Somebody who is there: what differs from what should be is written, under its marks. */
import { Effect } from "effect";
import type { Change, Found } from "../../../connectors/connector.ts";
import {
  countCreations,
  type IntentMove,
  type OwnedIntent,
  Store,
  type WaitingRow,
} from "../../store/index.ts";
import { type Called, call, groupsIn, movesOf, openAll, resourceAfter, undoneMoves } from "./call.ts";
import { conclude, type Outcome, type Writing } from "./record.ts";
import type { AccountTrouble } from "./trouble.ts";
import { type Case, difference, intentsAbout, type Part, type There, thereOf } from "./want/index.ts";

/** Somebody who was found, or was made a moment ago. */
export interface Arrival {
  readonly found: Found;
  /** Of marks that were begun without knowing whom: that it is them. */
  readonly taken: ReadonlyArray<IntentMove>;
  readonly made: ReadonlyArray<Change>;
}

/** Deletion cannot be taken back: of many within an hour, a person decides. */
const held = Effect.fnUntraced(function* (writing: Writing, { standing }: Case, part: Part) {
  const isRemoval = part.steps.some(({ change }) => change._tag === "Remove");
  if (!isRemoval || standing.pushed?.isApproved === true) return false;
  if (standing.pushed?.reason === "held") return true;
  const store = yield* Store;
  const { ours, gone } = yield* store.tenant(writing.organization, (tx) =>
    countCreations(tx, writing.identity),
  );
  const under = gone + writing.removing.size;
  if (under >= Math.max(20, Math.floor((ours + gone) / 10))) return true;
  writing.removing.add(standing.account);
  return false;
});

const tooMany: AccountTrouble = {
  kind: "push-held",
  reason: "held",
  detail:
    "More people than usual are to be deleted there within an hour, so this one was only disabled. Have it tried again to delete them.",
  retrySeconds: null,
};

/** What is to be done now, and whether that is less than what the settings say. */
const partOf = Effect.fnUntraced(function* (
  writing: Writing,
  one: Case,
  there: There,
  mine: ReadonlyArray<OwnedIntent>,
) {
  const full = difference(there, one.wanted, mine, writing.settings);
  const isHeld = yield* held(writing, one, full);
  if (!isHeld) return { part: full, isHeld };
  const settings = { ...writing.settings, leaving: "disable" } as const;
  return { part: difference(there, one.wanted, mine, settings), isHeld };
});

const changed = ({ done }: Called): ReadonlyArray<Change> =>
  done.filter(({ applied }) => applied._tag === "Changed").map(({ step }) => step.change);

/** The groups in which our copy shows them from now on. Of whom it shows already, it knows what others did. */
const joinedAfter = (
  there: There,
  mine: ReadonlyArray<OwnedIntent>,
  isCopied: boolean,
  called: Called,
): ReadonlyArray<string> => {
  const ours = mine.filter(({ object, fact }) => fact === "membership" && there.groups.has(object));
  return [
    ...groupsIn(changed(called), "Join"),
    ...(isCopied ? ours.map(({ object }) => object) : there.groups),
  ];
};

interface Written {
  readonly found: Found;
  readonly there: There;
  readonly mine: ReadonlyArray<OwnedIntent>;
  readonly called: Called;
}

/** The copy as it is after the calls; a removal leaves none. */
const copyAfter = Effect.fnUntraced(function* (
  { target }: Writing,
  { standing }: Case,
  { found, there, mine, called }: Written,
) {
  const calls = called.done.map(({ step }) => step.change);
  if (calls.some(({ _tag }) => _tag === "Remove"))
    return { copy: null, removed: there.id, remoteId: null, isNews: false };
  const isOurs = mine.some(({ fact }) => fact === "user");
  const isCopied = standing.copy?.sourceId === there.id;
  const isPlain = isCopied && calls.every(({ _tag }) => _tag === "Join" || _tag === "Leave");
  const left = groupsIn(calls, "Leave");
  const copy = {
    sourceId: there.id,
    resource: isPlain ? null : yield* resourceAfter(target, found, calls),
    isOurs,
    joined: joinedAfter(there, mine, isCopied, called).filter((id) => !left.includes(id)),
    left,
  };
  const isTheirs = [...there.groups].some((id) => !mine.some(({ object }) => object === id));
  return { copy, removed: null, remoteId: there.id, isNews: isOurs && !isCopied && isTheirs };
});

/** What is tried again by itself comes before what waits for a person. */
const troubleAfter = ({ trouble }: Called, isHeld: boolean): AccountTrouble | null =>
  isHeld && (trouble === null || trouble.retrySeconds === null) ? tooMany : trouble;

export const workThere = Effect.fnUntraced(function* (
  writing: Writing,
  one: Case,
  waiting: WaitingRow,
  { found, taken, made }: Arrival,
) {
  const there = thereOf(found);
  const mine = intentsAbout(one, there.id, taken);
  const { part, isHeld } = yield* partOf(writing, one, there, mine);
  const steps = yield* openAll(writing, one, there.id, part, waiting, taken);
  const called = yield* call(writing, one, steps);
  const outcome: Outcome = {
    moves: [...part.moves, ...called.done.flatMap(movesOf), ...undoneMoves(called.undone)],
    changes: [...made, ...changed(called)],
    drifted: part.moves.some(({ state }) => state === "drifted") ? part.drifted : [],
    ...(yield* copyAfter(writing, one, { found, there, mine, called })),
    trouble: troubleAfter(called, isHeld),
  };
  return yield* conclude(writing, one, waiting, outcome, called.stop);
});
