/** Makes somebody there, with the mark before the call. */
import { Effect } from "effect";
import type { Change, Found, Person } from "../../../connectors/connector.ts";
import { type IntentMove, newId, type OwnedIntent, type WaitingRow } from "../../store/index.ts";
import { announce, type Writing } from "./record.ts";
import { isAsMade, type Look } from "./seek.ts";
import {
  type AccountTrouble,
  conflict,
  interrupted,
  isNameless,
  isTaken,
  type PushStopped,
  refused,
  stopOf,
  troubleOf,
} from "./trouble.ts";
import { type Case, nameKey, personOf, writtenOf } from "./want/index.ts";

/** `Made`: as they are then, and the mark under which they are ours. `Not`: what stood in the way. */
export type Made =
  | { readonly _tag: "Made"; readonly found: Found; readonly intent: OwnedIntent; readonly change: Change }
  | {
      readonly _tag: "Not";
      readonly trouble: AccountTrouble;
      readonly moves: ReadonlyArray<IntentMove>;
      /** Why the whole connection stops, where it does. */
      readonly stop: PushStopped | null;
    };

type ToMake = Extract<Look, { readonly _tag: "Make" }>;

const not = (
  trouble: AccountTrouble,
  moves: ReadonlyArray<IntentMove>,
  stop: PushStopped | null = null,
): Made => ({ _tag: "Not", trouble, moves, stop });

/** The mark is committed before the call: one that was begun for the same name goes on, another one ends. */
const begin = Effect.fnUntraced(function* (
  writing: Writing,
  one: Case,
  { cause }: WaitingRow,
  { again, moves }: ToMake,
  person: Person,
) {
  const { account } = one.standing;
  const mark = { account, subject: "", fact: "user" as const, object: nameKey(person.userName), kind: null };
  const after = writtenOf(one.wanted);
  const isGoingOn = again?.object === mark.object;
  const id = isGoingOn ? again.id : newId();
  const ended = again === undefined ? [] : [{ id: again.id, state: "ended" as const }];
  yield* announce(writing, {
    opens: isGoingOn ? [] : [{ ...mark, id, before: null, after }],
    moves: [...moves, ...(isGoingOn ? [{ id, state: "open" as const, subject: "", after }] : ended)],
    needs: isGoingOn ? [id] : [],
    cause,
  });
  const { identity, connection } = writing;
  return {
    ...mark,
    id,
    identity,
    connection,
    owner: account,
    state: "held",
    before: null,
    after,
    cause,
  } as const;
});

export const make = Effect.fnUntraced(function* (
  writing: Writing,
  one: Case,
  waiting: WaitingRow,
  to: ToMake,
) {
  const person = personOf(one.wanted);
  if (person === null) return not(refused(isNameless), to.moves);
  const intent = yield* begin(writing, one, waiting, to, person);
  const ended = [{ id: intent.id, state: "ended" as const }];
  const change = { _tag: "Create" as const, person };
  const answer = yield* Effect.result(writing.target.apply(change));
  if (answer._tag === "Failure") {
    const stop = stopOf(answer.failure);
    if (stop !== null) return not(interrupted(stop), ended, stop);
    const trouble = troubleOf(answer.failure, one.standing.pushed?.failures ?? 0);
    const isUnknown = trouble.retrySeconds !== null;
    return not(trouble, isUnknown ? [] : ended);
  }
  const { _tag: applied, id } = answer.success;
  const found = yield* writing.target.one(id);
  // An answer that was lost and asked for again looks like somebody else who has the name.
  const isMade =
    found._tag === "Found" &&
    (applied === "Changed" || (yield* isAsMade(writing.target, found, intent.after)));
  return isMade ? ({ _tag: "Made", found, intent, change } satisfies Made) : not(conflict(isTaken), ended);
});
