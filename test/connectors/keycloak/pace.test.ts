import { assert, describe, it } from "@effect/vitest";
import { Effect } from "effect";
import { TestClock } from "effect/testing";
import { makePace } from "../../../connectors/keycloak/pace.ts";
import type { Rule } from "../../support/fault-proxy.ts";
import { missing, onRealm } from "./support.ts";

it.effect("turns lie evenly apart, and time that was not used is no credit", () =>
  Effect.gen(function* () {
    const turn = makePace(10);
    const taken: Array<number> = [];
    const all = Effect.gen(function* () {
      const clock = yield* TestClock.testClockWith((each) => Effect.succeed(each));
      const take = Effect.andThen(
        turn,
        Effect.sync(() => taken.push(clock.currentTimeMillisUnsafe())),
      );
      yield* Effect.forEach([1, 2, 3], () => take, { concurrency: 3 });
      yield* Effect.sleep(1000);
      yield* Effect.forEach([1, 2], () => take, { concurrency: 2 });
    });
    yield* Effect.forkChild(all);
    yield* TestClock.adjust(3000);
    assert.deepStrictEqual(taken, [0, 100, 200, 1200, 1300]);
  }),
);

it.effect("without a limit nobody waits", () =>
  Effect.forEach(Array.from({ length: 1000 }), () => makePace(0), { discard: true }),
);

describe.skipIf(missing)("the request rate of a Keycloak connection", () => {
  const { open } = onRealm(5);
  const perSecond = 20;

  /** Notes when each request starts, and answers the first for a user with 503. */
  const noting = (starts: Array<number>): Rule => {
    let failed = false;
    return ({ path }) => {
      starts.push(performance.now());
      if (failed || !/users\/[^/]+$/.test(path)) return undefined;
      failed = true;
      return { status: 503 };
    };
  };

  it.live("holds for all that is asked at the same time, for tokens and for retries", () =>
    Effect.gen(function* () {
      const starts: Array<number> = [];
      const begun = performance.now();
      const users = Array.from(
        { length: 12 },
        (_, n) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`,
      );
      yield* Effect.scoped(
        Effect.flatMap(open(noting(starts), "reader", { requestsPerSecond: perSecond }), ({ source }) =>
          Effect.forEach(users, (id) => source?.confirm({ _tag: "User", id }) ?? Effect.die("a source"), {
            concurrency: 12,
          }),
        ),
      );
      // A token, 12 people, one of them twice, a canary of two.
      assert.lengthOf(starts, 16);
      const took = performance.now() - begun;
      assert.isAtLeast(took, ((starts.length - 1) * 1000) / perSecond);
      assert.isBelow(took, 10_000);
      // In no window more than the rate, and the unevenness of a busy machine.
      for (const [i, start] of starts.entries()) {
        const within = starts.filter((each) => each >= start && each < start + 250).length;
        assert.isAtMost(within, 250 / (1000 / perSecond) + 3, `from request ${i}`);
      }
    }),
  );
});
