/** Logins wait for the database in a line, and hold no place while a provider is asked. */
import { Deferred, Effect, Fiber, Layer } from "effect";
import { expect, it } from "vitest";
import type { OrganizationId } from "../../src/domain/index.ts";
import { Turns } from "../../src/http/index.ts";
import { inLine } from "../../src/login/line.ts";
import { Store, type TenantTx } from "../../src/store/index.ts";

const organization = "acme" as OrganizationId;

/** No database: a transaction is what is done in it. */
const store = {
  tenant: (_: OrganizationId, body: (tx: TenantTx) => unknown) => body({} as TenantTx),
} as unknown as typeof Store.Service;
const onePlace = Layer.mergeAll(Layer.succeed(Store, store), Turns.layer({ places: 1, each: 1, waiting: 1 }));

const transaction = <A>(work: Effect.Effect<A>) =>
  Effect.flatMap(Store, ({ tenant }) => tenant(organization, () => work));

const run = <A, E>(work: Effect.Effect<A, E, Store | Turns>) =>
  Effect.runPromise(Effect.provide(work, onePlace));

it("a transaction waits for its turn, and where too many wait the database is busy", () =>
  run(
    Effect.gen(function* () {
      const end = yield* Deferred.make<void>();
      const login = inLine("strangers")(transaction(Deferred.await(end)));
      const [first, second] = [yield* Effect.forkChild(login), yield* Effect.forkChild(login)];
      yield* Effect.yieldNow;
      expect(yield* Effect.flip(login)).toMatchObject({ _tag: "Unavailable", retryAfter: 1 });
      yield* Deferred.succeed(end, undefined);
      yield* Fiber.join(first);
      yield* Fiber.join(second);
    }),
  ));

it("whoever waits for a provider holds no place", () =>
  run(
    Effect.gen(function* () {
      const answer = yield* Deferred.make<void>();
      const begun = yield* Deferred.make<void>();
      const slow = Effect.gen(function* () {
        yield* transaction(Deferred.succeed(begun, undefined));
        yield* Deferred.await(answer);
        return yield* transaction(Effect.succeed("slow"));
      });
      const waiting = yield* Effect.forkChild(inLine("strangers")(slow));
      yield* Deferred.await(begun);
      expect(yield* inLine("strangers")(transaction(Effect.succeed("quick")))).toBe("quick");
      yield* Deferred.succeed(answer, undefined);
      expect(yield* Fiber.join(waiting)).toBe("slow");
    }),
  ));
