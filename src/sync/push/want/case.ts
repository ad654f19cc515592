/** What is to be done about an account, as far as our own copy of the directory tells. */
import { fold, type JsonObject, type PushSettings } from "../../../domain/index.ts";
import type { IntentMove, OwnedIntent, PushStanding } from "../../../store/index.ts";
import { digestOf, type Rules, type Wanted, wantedOf } from "./desired.ts";
import { difference, goneDifference, thereInCopy } from "./difference.ts";
import { type Part, together } from "./part.ts";
import { withoutReleased } from "./released.ts";

/** An account with all that decides what is written for it. */
export interface Case {
  readonly standing: PushStanding;
  /** Those that are living. */
  readonly intents: ReadonlyArray<OwnedIntent>;
  /** What was handed back is left out of it. */
  readonly wanted: Wanted;
  readonly digest: string;
  /** Marks that were handed back and stop keeping us from writing: what they mark is not wanted any more. */
  readonly over: ReadonlyArray<IntentMove>;
}

/** `marks`: the account's living ones, and those that were handed back and yield. */
export const caseOf = (standing: PushStanding, marks: ReadonlyArray<OwnedIntent>, settings: Rules): Case => {
  const intents = marks.filter(({ state }) => state !== "released");
  const released = marks.filter(({ state }) => state === "released");
  const { wanted, over } = withoutReleased(
    wantedOf(standing, settings),
    released,
    knownId({ standing, intents }),
  );
  return { standing, intents, wanted, digest: digestOf(wanted, settings), over };
};

export const personIntent = ({ intents }: Pick<Case, "intents">): OwnedIntent | undefined =>
  intents.find(({ fact }) => fact === "user");

/** Whom the account is there, by the outside system's own id; null: nobody yet, as far as we know. */
export const knownId = (one: Pick<Case, "standing" | "intents">): string | null => {
  const { copy, people, pushed } = one.standing;
  const here = people.find(({ isHere, sourceId }) => isHere && sourceId !== "");
  const made = personIntent(one)?.subject;
  return copy?.sourceId ?? here?.sourceId ?? (made === "" ? undefined : made) ?? pushed?.remoteId ?? null;
};

/**
 * Those that are about this very person: marks of one who was there before them end with a look. `taken`: whose subject
 * was found a moment ago.
 */
export const intentsAbout = (
  { intents }: Case,
  id: string,
  taken: ReadonlyArray<IntentMove> = [],
): ReadonlyArray<OwnedIntent> => {
  const found = new Map(taken.map((move) => [move.id, move.subject]));
  return intents
    .map((intent) => ({ ...intent, subject: found.get(intent.id) ?? intent.subject }))
    .filter(({ subject }) => subject === id);
};

/** `null`: our copy does not say, and only asking there tells. */
export const fromCopy = (one: Case, settings: PushSettings): Part | null => {
  const { standing, wanted, intents } = one;
  if (standing.copy !== null) {
    const there = thereInCopy(standing.copy);
    return difference(there, wanted, intentsAbout(one, there.id), settings);
  }
  if (standing.people.some(({ isHere }) => isHere)) return null;
  if (intents.length > 0) {
    const { again, ...gone } = goneDifference(wanted, intents, settings);
    return again === undefined ? gone : creation(one, together([gone]));
  }
  return wanted.isWanted ? creation(one, together([])) : together([]);
};

/** Nothing without a name that they could have there. */
const creation = ({ wanted }: Case, before: Part): Part => {
  const person = personOf(wanted);
  if (person === null) return before;
  const change = { _tag: "Create" as const, person };
  return { ...before, steps: [...before.steps, { change, opens: [], reopens: [], ends: [] }] };
};

export const personOf = ({ profile, active }: Wanted) => {
  const { userName, name, email } = profile;
  if (userName === undefined) return null;
  return { userName, ...name, ...(email === undefined ? {} : { email }), active };
};

/** What the mark of a person says was written. */
export const writtenOf = ({ profile: { userName, name, email }, active }: Wanted): JsonObject => ({
  ...(userName === undefined ? {} : { userName }),
  ...(name === undefined ? {} : { name: { ...name } }),
  ...(email === undefined ? {} : { email }),
  active,
});

export const nameKey = (userName: string): string => fold(userName);

/** Somebody who is to be created and has no name to be created with: that is said, not passed over. */
const isNamelessNew = (one: Case): boolean =>
  one.wanted.isWanted && personOf(one.wanted) === null && knownId(one) === null;

/** Is there nothing to do, so that nobody need be asked? */
export const isIdle = (one: Case, settings: PushSettings, isRead: boolean): boolean => {
  const { pushed } = one.standing;
  if ((pushed !== null && pushed.digest === null) || isNamelessNew(one)) return false;
  if (!isRead && pushed?.digest !== one.digest && (one.intents.length > 0 || one.wanted.isWanted))
    return false;
  const part = fromCopy(one, settings);
  return part !== null && part.steps.length === 0 && part.moves.length === 0;
};
