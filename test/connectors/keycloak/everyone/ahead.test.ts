/** Not on a server: how far is read ahead of what is told. */
import { assert, it } from "@effect/vitest";
import { Effect, Exit, Stream } from "effect";
import { ahead } from "../../../../connectors/keycloak/everyone/ahead.ts";

const concurrency = 4;

/** Lists of these lengths, each asked for in its turn; `asked` counts how many were. */
const lists = (lengths: ReadonlyArray<number>) => {
  const state = { asked: 0 };
  const stream = Stream.fromIterable(lengths).pipe(
    Stream.mapEffect(
      (length) =>
        Effect.andThen(
          Effect.sync(() => {
            state.asked += 1;
          }),
          Effect.as(
            Effect.yieldNow,
            Array.from({ length }, () => length),
          ),
        ),
      { concurrency },
    ),
  );
  return { state, stream };
};

const untilStill = Effect.forEach(Array.from({ length: 500 }), () => Effect.yieldNow, { discard: true });
const weight = (list: ReadonlyArray<number>) => list.length;

it.effect("reads on before anything is drawn, and no further than the limit", () =>
  Effect.gen(function* () {
    const { state, stream } = lists(Array.from({ length: 200 }, () => 10));
    const told = yield* ahead(stream, weight, 100);
    yield* untilStill;
    assert.isAtLeast(state.asked, 10);
    // What waits for room, and what was asked for at the same time.
    assert.isAtMost(state.asked, 10 + 1 + 2 * concurrency + 16);
    assert.lengthOf(yield* Stream.runCollect(told), 200);
    assert.strictEqual(state.asked, 200);
  }),
);

it.effect("tells in the order of reading, a list longer than the limit too", () =>
  Effect.gen(function* () {
    const lengths = [3, 500, 1, 0, 99, 101, 7];
    const told = yield* ahead(lists(lengths).stream, weight, 100);
    assert.deepStrictEqual((yield* Stream.runCollect(told)).map(weight), lengths);
  }),
);

it.effect("tells what came before a failure, then fails", () =>
  Effect.gen(function* () {
    const told = yield* ahead(Stream.concat(lists([1, 2]).stream, Stream.fail("broken")), weight, 100);
    const seen: Array<number> = [];
    const exit = yield* Effect.exit(
      Stream.runForEach(told, (list) => Effect.sync(() => seen.push(list.length))),
    );
    assert.deepStrictEqual(seen, [1, 2]);
    assert.deepStrictEqual(exit, Exit.fail("broken"));
  }),
);
