/** Not on a server: the seams between pages, against a list that changes between any two of them. */
import { assert, it } from "@effect/vitest";
import { Effect, Stream } from "effect";
import fc from "fast-check";
import { ConnectorFailure } from "../../../connectors/connector.ts";
import {
  collected,
  limitFor,
  listed,
  type Page,
  type Window,
} from "../../../connectors/keycloak/listing/index.ts";

interface Item {
  readonly id: string;
}
const item = (n: number): Item => ({ id: String(n).padStart(4, "0") });
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);

/** A sorted list of which some elements come or go before each question. */
const changing = (start: ReadonlyArray<number>, toggles: ReadonlyArray<ReadonlyArray<number>>) => {
  const list = new Set(start);
  const always = new Set(start);
  let reads = 0;
  const turn = Effect.sync(() => {
    for (const n of toggles[reads++] ?? []) {
      if (!list.delete(n)) list.add(n);
      always.delete(n);
    }
  });
  const page = ({ first, max }: Window) =>
    Effect.map(turn, () =>
      [...list]
        .sort((a, b) => a - b)
        .slice(first, first + max)
        .map(item),
    );
  return { page, always, count: Effect.map(turn, () => list.size) };
};

const differs = (shown: number, counted: number) =>
  new ConnectorFailure({
    reason: shown === 0 ? "forbidden" : "malformed",
    detail: `${shown} of ${counted}`,
  });

const all = (page: Page<Item>, size: number) =>
  Effect.runSync(Effect.result(collected("people", size, page)));
const stream = (page: Page<Item>, size: number, count: Effect.Effect<number>) =>
  Effect.runSync(Effect.result(Stream.runCollect(listed("people", size, page, { count, differs }))));
type Read = ReturnType<typeof all>;
const reason = (read: Read) => (read._tag === "Failure" ? read.failure.reason : "none");

/** Each once, and nobody missing who was there all the time. */
const complete = (read: Read, always: ReadonlySet<number>) => {
  if (read._tag === "Failure") return;
  const ids = new Set(read.success.map(({ id }) => id));
  assert.strictEqual(ids.size, read.success.length);
  for (const n of always) assert.isTrue(ids.has(item(n).id), `${n} was there all the time`);
};

const scenario = (range: number, sizes: { min: number; max: number }, most: number) => {
  const element = fc.integer({ min: 0, max: range });
  return fc.record({
    start: fc.uniqueArray(element, { maxLength: range }),
    toggles: fc.array(fc.array(element, { maxLength: most }), { maxLength: 60 }),
    size: fc.integer(sizes),
  });
};
const wild = fc.oneof(
  scenario(60, { min: 1, max: 10 }, 3),
  scenario(300, { min: 1, max: 40 }, 3),
  scenario(300, { min: 10, max: 60 }, 100),
);
const runs = { numRuns: 1_000 };

it("a list that is given whole has each element once and misses nobody who was there all the time", () => {
  fc.assert(
    fc.property(wild, ({ start, toggles, size }) => {
      const { page, always } = changing(start, toggles);
      const read = all(page, size);
      complete(read, always);
      assert.include(["none", "conflict"], reason(read));
    }),
    runs,
  );
});

it("a stream that ends well gave each element once and misses nobody who was there all the time", () => {
  fc.assert(
    fc.property(wild, ({ start, toggles, size }) => {
      const { page, always, count } = changing(start, toggles);
      const read = stream(page, size, count);
      complete(read, always);
      assert.include(["none", "conflict", "malformed", "forbidden"], reason(read));
    }),
    runs,
  );
});

it("as many changes for each page as pages overlap are no failure, wherever they are", () => {
  fc.assert(
    fc.property(scenario(400, { min: 20, max: 60 }, 19), ({ start, toggles, size }) => {
      const { page } = changing(start, toggles);
      assert.strictEqual(reason(all(page, size)), "none");
    }),
    runs,
  );
});

it("people who only sign up, or only leave, are no failure of a list with a count", () => {
  const distinct = fc.record({
    everybody: fc.shuffledSubarray(upTo(400), { minLength: 400 }),
    each: fc.integer({ min: 0, max: 15 }),
    there: fc.integer({ min: 100, max: 400 }),
    size: fc.integer({ min: 20, max: 60 }),
  });
  fc.assert(
    fc.property(distinct, fc.boolean(), ({ everybody, each, there, size }, leave) => {
      const [start, rest] = [everybody.slice(0, there), everybody.slice(there)];
      const moving = leave ? start : rest;
      const toggles = upTo(60).map((i) => moving.slice(i * each, (i + 1) * each));
      const { page, always, count } = changing(start, toggles);
      const read = stream(page, size, count);
      assert.strictEqual(reason(read), "none");
      complete(read, always);
    }),
    runs,
  );
});

it("many who leave at once cost a step back, and no second pass", () => {
  const start = upTo(2_000);
  const firsts: Array<number> = [];
  const { page, always } = changing(start, [[], [], [], [], [], start.slice(0, 200)]);
  const read = all((window) => {
    firsts.push(window.first);
    return page(window);
  }, 100);
  complete(read, always);
  assert.strictEqual(reason(read), "none");
  assert.lengthOf(
    firsts.filter((first) => first === 0),
    1,
  );
  assert.isTrue(firsts.some((first, i) => first < (firsts[i - 1] ?? 0)));
});

it("a list that holds still is read without a second pass and without an empty page", () => {
  fc.assert(
    fc.property(scenario(60, { min: 1, max: 10 }, 0), ({ start, size }) => {
      let pages = 0;
      const { page } = changing(start, []);
      const counting = (window: Window) => Effect.tap(page(window), () => Effect.sync(() => pages++));
      const read = all(counting, size);
      assert.strictEqual(read._tag === "Success" ? read.success.length : -1, start.length);
      assert.isAtMost(pages, Math.max(1, Math.ceil(start.length / size)));
    }),
  );
});

const still = changing(upTo(310), []).page;
const fixed = Effect.succeed(310);

it("while nothing moves a list must match the count exactly", () => {
  assert.strictEqual(reason(stream(still, 100, fixed)), "none");
  for (const counted of [309, 311])
    assert.strictEqual(reason(stream(still, 100, Effect.succeed(counted))), "malformed");
  assert.strictEqual(reason(stream(() => Effect.succeed([]), 100, fixed)), "forbidden");
});

it("a list may miss the count by no more than was seen to move", () => {
  const counts = (...each: ReadonlyArray<number>) => {
    let asked = 0;
    return Effect.sync(() => each[asked++ % each.length] ?? 0);
  };
  assert.strictEqual(reason(stream(still, 100, counts(309, 310))), "none");
  assert.strictEqual(reason(stream(still, 100, counts(309, 312))), "none");
  assert.strictEqual(reason(stream(still, 100, counts(312, 310))), "none");
  assert.strictEqual(reason(stream(still, 100, counts(308, 309))), "conflict");
});

it.each<[string, Page<Item>, string]>([
  ["the first page again and again", () => still({ first: 0, max: 120 }), "conflict"],
  [
    "pages that shrink",
    (window) => Effect.map(still(window), (items) => items.slice(window.first === 0 ? 0 : 1)),
    "conflict",
  ],
  [
    "pages that shrink by more than they overlap",
    (window) => Effect.map(still(window), (items) => items.slice(window.first === 0 ? 0 : 21)),
    "conflict",
  ],
  ["more than was asked for", ({ first }) => still({ first, max: 200 }), "malformed"],
  [
    "one more than counted, without end",
    ({ first, max }) => Effect.succeed(upTo(max).map((i) => item(first + i))),
    "malformed",
  ],
])("a list with a count that gives %s fails", (_name, page, expected) => {
  assert.strictEqual(reason(stream(page, 100, fixed)), expected);
});

it("a list without a count ends where it is too long", () => {
  const endless: Page<Item> = ({ first, max }) => Effect.succeed(upTo(max).map((i) => item(first + i)));
  const read = Effect.runSync(Effect.result(collected("groups", 100, endless, limitFor("groups", 5))));
  assert.strictEqual(reason(read), "malformed");
  assert.match(read._tag === "Failure" ? read.failure.detail : "", /more than 1010 groups/);
});
