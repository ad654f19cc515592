import { describe, it } from "@effect/vitest";
import { Deferred, Effect, Fiber, Layer } from "effect";
import fc from "fast-check";
import { expect } from "vitest";
import { Turns } from "../../src/http/index.ts";

const limits = { places: 4, each: 2, waiting: 10 };
const layer = Turns.layer(limits);

/** Many at once, each held until it is let go; tells who worked beside whom and who began when. */
const hold = Effect.fnUntraced(function* (requests: ReadonlyArray<string>) {
  const turns = yield* Turns;
  const working: Array<string> = [];
  const begun: Array<string> = [];
  const peaks: Array<ReadonlyArray<string>> = [];
  const work = (who: string, gate: Deferred.Deferred<void>) =>
    turns.take(
      who,
      Effect.gen(function* () {
        working.push(who);
        begun.push(who);
        peaks.push([...working]);
        yield* Deferred.await(gate);
        working.splice(working.indexOf(who), 1);
      }),
    );
  const gates = yield* Effect.forEach(requests, () => Deferred.make<void>());
  const fibers = yield* Effect.forEach(requests, (who, at) =>
    Effect.forkChild(Effect.exit(work(who, gates[at] as Deferred.Deferred<void>)), {
      startImmediately: true,
    }),
  );
  const finish = Effect.fnUntraced(function* () {
    yield* Effect.forEach(gates, (gate) => Deferred.succeed(gate, undefined));
    return yield* Effect.forEach(fibers, (fiber) => Fiber.join(fiber));
  });
  return { begun, peaks, gates, finish };
});

const names = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 25 });

describe("turns", () => {
  it("are never more than there are places, in all and for each", () =>
    fc.assert(
      fc.asyncProperty(names, async (requests) => {
        const peaks = await Effect.runPromise(
          Effect.gen(function* () {
            const held = yield* hold(requests);
            yield* held.finish();
            return held.peaks;
          }).pipe(Effect.provide(Layer.fresh(layer))),
        );
        for (const peak of peaks) {
          expect(peak.length).toBeLessThanOrEqual(limits.places);
          for (const who of new Set(peak))
            expect(peak.filter((each) => each === who).length).toBeLessThanOrEqual(limits.each);
        }
      }),
    ));

  it.effect("come round: who arrives behind a flood waits for no more of it than is at work", () =>
    Effect.gen(function* () {
      const flood = Array.from({ length: 12 }, () => "flood");
      const { begun, gates, finish } = yield* hold([...flood, "quiet", "quiet"]);
      expect(begun).toEqual(["flood", "flood", "quiet", "quiet"]);
      yield* Deferred.succeed(gates[0] as Deferred.Deferred<void>, undefined);
      yield* Effect.yieldNow;
      yield* finish();
      expect(begun).toHaveLength(14);
    }).pipe(Effect.provide(Layer.fresh(layer))),
  );

  it.effect("are refused where too many of one wait, and nobody else's are", () =>
    Effect.gen(function* () {
      const flood = Array.from({ length: 13 }, () => "flood");
      const { finish } = yield* hold([...flood, "quiet"]);
      const exits = yield* finish();
      expect(exits.map((exit) => exit._tag)).toEqual([
        ...Array.from({ length: 12 }, () => "Success"),
        "Failure",
        "Success",
      ]);
    }).pipe(Effect.provide(Layer.fresh(layer))),
  );
});
