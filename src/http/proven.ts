/**
 * Which credentials were good when they were last checked here. It decides in whose turn a request is checked again,
 * and nothing else: a stranger who only names an organization must not take that organization's turns.
 */
import { Context, Effect, Layer } from "effect";
import { Turns } from "./turns.ts";

const kept = 10_000;

/** Where everyone waits who has proved nothing yet: strangers, and a good credential once in each instance. */
export const strangers = "strangers";

/** What a credential claims, before it was checked. */
export interface Claim {
  /** Whose turn it wants. */
  readonly lane: string;
  /** What tells this credential, its secret and its kind from every other one. */
  readonly key: string;
}

/** With the lane: whoever has a good secret could else name another organization beside it. */
const keyOf = ({ lane, key }: Claim): string => `${lane} ${key}`;

export class Proven extends Context.Service<
  Proven,
  {
    readonly laneOf: (claim: Claim) => string;
    readonly note: (claim: Claim, isGood: boolean) => void;
  }
>()("rolebridge/http/Proven") {
  static readonly layer = Layer.sync(Proven, () => {
    const good = new Set<string>();
    return Proven.of({
      laneOf: (claim) => (good.has(keyOf(claim)) ? claim.lane : strangers),
      note: (claim, isGood) => {
        const key = keyOf(claim);
        if (!isGood) good.delete(key);
        if (!isGood || good.has(key)) return;
        const [oldest] = good;
        if (good.size >= kept && oldest !== undefined) good.delete(oldest);
        good.add(key);
      },
    });
  });
}

/** Does `work` for a credential when it is its turn, and remembers whether it was good. */
export const inTurn = <A, E extends { readonly _tag: string }, R>(
  claim: Claim,
  work: Effect.Effect<A, E, R>,
) =>
  Effect.gen(function* () {
    const proven = yield* Proven;
    const turns = yield* Turns;
    // What else fails, fails after the check; where the database was away, there was none.
    const noted = work.pipe(
      Effect.tap(() => Effect.sync(() => proven.note(claim, true))),
      Effect.tapError(({ _tag }) =>
        _tag === "Unavailable"
          ? Effect.void
          : Effect.sync(() => proven.note(claim, _tag !== "Unauthenticated")),
      ),
    );
    return yield* turns.take(proven.laneOf(claim), noted);
  });
