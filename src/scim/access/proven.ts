/**
 * Which credentials were good when they were last checked here. It decides in whose turn a request is checked again,
 * and nothing else: a stranger who only names an organization must not take that organization's turns.
 */
import { Context, Effect, Layer } from "effect";
import { Turns } from "../../http/index.ts";
import type { ClaimedToken } from "./authenticate.ts";

const kept = 10_000;

/** Where everyone waits who has proved nothing yet: strangers, and a good credential once in each instance. */
const strangers = "strangers";

const laneOf = (token: ClaimedToken): string =>
  token.kind === "environment-token" ? `environment ${token.environment}` : token.scope;

/** With the lane: whoever has a good secret could else name another organization beside it. */
const keyOf = (token: ClaimedToken): string => `${token.kind} ${laneOf(token)} ${token.id} ${token.hash}`;

export class Proven extends Context.Service<
  Proven,
  {
    readonly laneOf: (token: ClaimedToken) => string;
    readonly note: (token: ClaimedToken, isGood: boolean) => void;
  }
>()("rolebridge/scim/Proven") {
  static readonly layer = Layer.sync(Proven, () => {
    const good = new Set<string>();
    return Proven.of({
      laneOf: (token) => (good.has(keyOf(token)) ? laneOf(token) : strangers),
      note: (token, isGood) => {
        const key = keyOf(token);
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
  token: ClaimedToken,
  work: Effect.Effect<A, E, R>,
) =>
  Effect.gen(function* () {
    const proven = yield* Proven;
    const turns = yield* Turns;
    // What else fails, fails after the check; where the database was away, there was none.
    const noted = work.pipe(
      Effect.tap(() => Effect.sync(() => proven.note(token, true))),
      Effect.tapError(({ _tag }) =>
        _tag === "Unavailable"
          ? Effect.void
          : Effect.sync(() => proven.note(token, _tag !== "Unauthenticated")),
      ),
    );
    return yield* turns.take(proven.laneOf(token), noted);
  });
