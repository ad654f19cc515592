/** A system that never answers holds up nobody longer than their own client waits. */
import { assert, describe, it } from "@effect/vitest";
import { Effect, Fiber } from "effect";
import { TestClock } from "effect/testing";
import { probed } from "../../../src/tenancy/connection/probe.ts";

describe("a probe", () => {
  it.effect("ends after twenty seconds, and closes what it opened", () =>
    Effect.gen(function* () {
      const seen: Array<string> = [];
      const open = Effect.acquireRelease(
        Effect.sync(() => ({ probe: Effect.never })),
        () => Effect.sync(() => seen.push("closed")),
      );
      const waiting = yield* Effect.forkChild(Effect.flip(probed(open)));
      yield* TestClock.adjust("20 seconds");
      const { reason, detail } = yield* Fiber.join(waiting);
      assert.deepStrictEqual({ reason, seen }, { reason: "unavailable", seen: ["closed"] });
      assert.include(detail, "20 seconds");
    }),
  );
});
