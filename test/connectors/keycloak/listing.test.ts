/** Not on a server: the seams between pages, against a list that changes between any two of them. */
import { assert, it } from "@effect/vitest";
import { Effect, Stream } from "effect";
import fc from "fast-check";
import { ConnectorFailure } from "../../../connectors/connector.ts";
import { collected, listed, type Window } from "../../../connectors/keycloak/listing.ts";

const item = (n: number) => ({ id: String(n).padStart(4, "0") });

/** A sorted list of which some elements come or go before each page is read. */
const changing = (start: ReadonlyArray<number>, toggles: ReadonlyArray<ReadonlyArray<number>>) => {
  const list = new Set(start);
  const always = new Set(start);
  let reads = 0;
  const page = ({ first, max }: Window) =>
    Effect.sync(() => {
      for (const n of toggles[reads++] ?? []) {
        if (!list.delete(n)) list.add(n);
        always.delete(n);
      }
      return [...list]
        .sort((a, b) => a - b)
        .slice(first, first + max)
        .map(item);
    });
  return { page, always, size: () => list.size };
};

const element = fc.integer({ min: 0, max: 60 });
const scenario = fc.record({
  start: fc.uniqueArray(element, { maxLength: 50 }),
  toggles: fc.array(fc.array(element, { maxLength: 3 }), { maxLength: 30 }),
  size: fc.integer({ min: 1, max: 10 }),
});

const differs = (shown: number, counted: number) =>
  new ConnectorFailure({ reason: "malformed", detail: `${shown} of ${counted}` });

it("a list that is given whole misses nobody who was there all the time", () => {
  fc.assert(
    fc.property(scenario, ({ start, toggles, size }) => {
      const { page, always } = changing(start, toggles);
      const result = Effect.runSync(Effect.result(collected("people", size, page)));
      if (result._tag === "Failure") return assert.strictEqual(result.failure.reason, "conflict");
      const ids = new Set(result.success.map(({ id }) => id));
      for (const n of always) assert.isTrue(ids.has(item(n).id), `${n} was there all the time`);
    }),
    { numRuns: 2_000 },
  );
});

it("a stream that ends well gave each element once, misses nobody, and agrees with the count", () => {
  fc.assert(
    fc.property(scenario, ({ start, toggles, size }) => {
      const { page, always, size: count } = changing(start, toggles);
      const stream = listed("people", size, page, { count: Effect.sync(count), differs });
      const result = Effect.runSync(Effect.result(Stream.runCollect(stream)));
      if (result._tag === "Failure") return assert.include(["conflict", "malformed"], result.failure.reason);
      const ids = result.success.map(({ id }) => id);
      assert.strictEqual(new Set(ids).size, ids.length);
      assert.strictEqual(ids.length, count());
      for (const n of always) assert.include(ids, item(n).id);
    }),
    { numRuns: 2_000 },
  );
});

it("a list that holds still is read without a second pass", () => {
  fc.assert(
    fc.property(scenario, ({ start, size }) => {
      let pages = 0;
      const { page } = changing(start, []);
      const counting = (window: Window) => Effect.tap(page(window), () => Effect.sync(() => pages++));
      const all = Effect.runSync(collected("people", size, counting));
      assert.strictEqual(all.length, start.length);
      assert.isAtMost(pages, Math.max(1, Math.ceil(start.length / size)));
    }),
  );
});
