/** Who an account is there: asked by id, or by name where we do not know anybody. Nobody is taken for them by name. */
import { Effect } from "effect";
import type { ConnectorFailure, Found, Target } from "../../../connectors/connector.ts";
import type { Json } from "../../domain/index.ts";
import type { IntentMove, OwnedIntent } from "../../store/index.ts";
import { isAsWritten } from "../profile.ts";
import { type AccountTrouble, conflict, isNameless, isTaken, refused } from "./trouble.ts";
import { type Case, knownId, personIntent, personOf } from "./want/index.ts";

/** Whom we find: they are there, they are gone, they are to be made, or something is in the way. */
export type Look =
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

const nowhere: ReadonlySet<string> = new Set();

/**
 * Just as we make somebody, and in no group but those that everybody new is put into: somebody else who came meanwhile
 * is not taken for whom we made.
 */
export const isAsMade = Effect.fnUntraced(function* (target: Target, { user, groups }: Found, written: Json) {
  if (!isAsWritten(user.resource, written)) return false;
  const given = groups.length === 0 ? nowhere : yield* target.startsIn ?? Effect.succeed(nowhere);
  return groups.every(({ id }) => given.has(id));
});

/** A creation that was begun and of which we do not know what became. */
const findBegun = Effect.fnUntraced(function* (target: Target, intent: OwnedIntent) {
  const userName = nameIn(intent.after);
  if (userName === undefined) return undefined;
  const people = yield* target.find({ userName });
  const made = people.find(({ resource }) => isAsWritten(resource, intent.after));
  if (made === undefined) return undefined;
  const found = yield* target.one(made.id);
  return found._tag === "Found" && (yield* isAsMade(target, found, intent.after)) ? found : undefined;
});

/** Nobody is known to be this account there. One who has the name is never taken for them. */
export const lookForNew = Effect.fnUntraced(function* (
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

export const look = Effect.fnUntraced(function* (
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
