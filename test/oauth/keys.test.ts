/** How long keys are kept, by a clock that the test moves. */
import { Effect, Layer } from "effect";
import { TestClock } from "effect/testing";
import { describe, expect, it } from "vitest";
import { Egress } from "../../src/egress/index.ts";
import { KeySets } from "../../src/oauth/index.ts";
import { newSigner, startKeys } from "./issuer.ts";

const [first, second] = [await newSigner(), await newSigner()];

const withKeys = async <A>(
  body: (
    address: Awaited<ReturnType<typeof startKeys>>,
    idsAt: (kid?: string) => Effect.Effect<ReadonlyArray<string>, unknown>,
  ) => Effect.Effect<A, unknown>,
) => {
  const address = await startKeys([first.jwk]);
  const layer = KeySets.layer.pipe(Layer.provide(Egress.layer({ allowedOrigins: [address.origin] })));
  const program = Effect.gen(function* () {
    const { keysAt } = yield* KeySets;
    return yield* body(address, (kid) =>
      Effect.map(keysAt(address.url, kid), (keys) => keys.map((key) => String(key["kid"]))),
    );
  });
  await Effect.runPromise(program.pipe(Effect.provide(Layer.merge(layer, TestClock.layer()))));
  address.close();
};

describe("keys behind an address", () => {
  it("are asked for again for an unknown id, once a minute", () =>
    withKeys((address, idsAt) =>
      Effect.gen(function* () {
        yield* idsAt(first.jwk.kid);
        address.body = JSON.stringify({ keys: [second.jwk] });
        yield* TestClock.adjust("59 seconds");
        expect(yield* idsAt(second.jwk.kid)).toEqual([first.jwk.kid]);
        yield* TestClock.adjust("1 second");
        expect(yield* idsAt(second.jwk.kid)).toEqual([second.jwk.kid]);
        expect(yield* idsAt("unknown")).toEqual([second.jwk.kid]);
        expect(address.asked).toBe(2);
      }),
    ));

  it("are asked for again after ten minutes: a removed key ends", () =>
    withKeys((address, idsAt) =>
      Effect.gen(function* () {
        yield* idsAt(first.jwk.kid);
        address.body = JSON.stringify({ keys: [second.jwk] });
        yield* TestClock.adjust("10 minutes");
        expect(yield* idsAt(first.jwk.kid)).toEqual([second.jwk.kid]);
      }),
    ));

  it("serve for an hour where nobody answers any more, and no longer", () =>
    withKeys((address, idsAt) =>
      Effect.gen(function* () {
        yield* idsAt(first.jwk.kid);
        address.status = 503;
        yield* TestClock.adjust("59 minutes");
        expect(yield* idsAt(first.jwk.kid)).toEqual([first.jwk.kid]);
        yield* TestClock.adjust("1 minute");
        const failure = yield* Effect.flip(idsAt(first.jwk.kid));
        expect(failure).toMatchObject({ _tag: "NoKeys", passing: true });
      }),
    ));
});
