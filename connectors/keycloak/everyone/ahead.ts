/** Reading on while what comes before is still being told, up to a limit: memory stays flat however slow the reader. */
import { Effect, type Scope, Semaphore, Stream } from "effect";

/**
 * Starts the stream now and gives it back to be told later, in the same order. At most `limit` is held ahead, by the
 * weight of each element, and those that were already asked for. Ends with the scope.
 */
export const ahead = <A, E, R>(
  stream: Stream.Stream<A, E, R>,
  weight: (element: A) => number,
  limit: number,
): Effect.Effect<Stream.Stream<A, E>, never, R | Scope.Scope> => {
  const room = Semaphore.makeUnsafe(limit);
  // Heavier than the limit waits until it is alone.
  const held = (element: A) => Math.min(weight(element), limit);
  return stream.pipe(
    Stream.tap((element) => room.take(held(element))),
    Stream.toQueue({ capacity: "unbounded" }),
    Effect.map((queue) => Stream.tap(Stream.fromQueue(queue), (element) => room.release(held(element)))),
  );
};
