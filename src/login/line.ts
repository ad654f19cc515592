/** Whoever signs in waits for the database in a line of their own (decision 12). */
import { Effect } from "effect";
import { Unavailable } from "../domain/index.ts";
import { Overloaded, Turns } from "../http/index.ts";
import { Store } from "../store/index.ts";

/**
 * Each transaction of `work` waits for its turn in the line `who`. What is asked of a provider meanwhile holds no place.
 * Fails with Unavailable where too many wait there.
 */
export const inLine =
  (who: string) =>
  <A, E, R>(work: Effect.Effect<A, E, R>) =>
    Effect.gen(function* () {
      const store = yield* Store;
      const turns = yield* Turns;
      const turn = <B, F, S>(transaction: Effect.Effect<B, F, S>) =>
        Effect.catchIf(
          turns.take(who, transaction),
          (failure): failure is Overloaded => failure instanceof Overloaded,
          (overloaded) =>
            Effect.fail(new Unavailable({ retryAfter: overloaded.retryAfter, cause: overloaded })),
        );
      const waiting: typeof Store.Service = {
        queue: store.queue,
        tenant: (organization, body) => turn(store.tenant(organization, body)),
        reading: (organization, body) => turn(store.reading(organization, body)),
        system: (body) => turn(store.system(body)),
      };
      return yield* Effect.provideService(work, Store, waiting);
    });
