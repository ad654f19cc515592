/**
 * Lists that may change while they are read. Owns how pages are joined, when a list is believed and when it is read
 * again or given up; knows no address and no JSON.
 */
import { Effect, Stream } from "effect";
import { ConnectorFailure } from "../../connector.ts";
import { type Item, type Limit, limitFor, makeLimit, type Page } from "./page.ts";
import { Moved, type Moves, onePass } from "./pass.ts";

export { type Limit, limitFor, makeLimit, type Page, type Window } from "./page.ts";

// Of lists that Keycloak does not count: a role that so many hold is given to all, and better the default role.
const mostUncounted = 1_000_000;

const gaveUp = ({ what }: Moved) =>
  new ConnectorFailure({
    reason: "conflict",
    detail: `The list of ${what} changed faster than it could be read, twice. Nothing was concluded from it; the next run reads it again.`,
  });

/** How many the source says there are, and what to say where the list disagrees. */
export interface Check {
  readonly count: Effect.Effect<number, ConnectorFailure>;
  readonly differs: (listed: number, counted: number) => ConnectorFailure;
}

const still: Moves = { came: 0, left: 0 };

export interface Counts {
  readonly before: number;
  readonly after: number;
}

/** Who came behind the reader is counted and not listed; who left behind the reader is listed and not counted. */
export const fits = (listed: number, { before, after }: Counts, { came, left }: Moves = still): boolean =>
  listed >= Math.min(before, after) - came && listed <= Math.max(before, after) + left;

/**
 * The list as a stream, each element once. While nothing moves it must match the source's own count. Where the count
 * or the seams between pages moved, it may miss the count by as much: somebody who came or went meanwhile is in the
 * one and not in the other. That is safe because who is not listed is only a suspect: whoever stores the facts asks
 * for them by id (`confirm`) before removing anybody.
 */
export const listed = <A extends Item>(what: string, size: number, page: Page<A>, check: Check) =>
  Stream.suspend(() => {
    const given = new Set<string>();
    const counts: Array<number> = [];
    const moves: Array<Moves> = [];
    /** All that was seen to move, in both passes. */
    const movement = () =>
      Math.max(...counts) - Math.min(...counts) + moves.reduce((sum, { came, left }) => sum + came + left, 0);

    const pass = (again: boolean): Stream.Stream<A, ConnectorFailure | Moved> =>
      Stream.unwrap(
        Effect.map(check.count, (before) => {
          const reading = onePass(what, size, page, limitFor(what, before));
          counts.push(before);
          moves.push(reading.moves);
          const verdict = Effect.gen(function* () {
            const after = yield* check.count;
            counts.push(after);
            const shown = reading.seen.size;
            if (!fits(shown, { before, after }, reading.moves))
              return yield* shown === 0 || (again && movement() === 0)
                ? check.differs(shown, after)
                : new Moved({ what });
            // Told in the first pass and not there in the second.
            if (given.size - shown > movement()) return yield* new Moved({ what });
          });
          const fresh = reading.items.pipe(
            Stream.filter(({ id }) => !given.has(id)),
            Stream.tap(({ id }) => Effect.sync(() => given.add(id))),
          );
          return Stream.concat(fresh, Stream.fromEffectDrain(verdict));
        }),
      );
    return pass(false).pipe(
      Stream.catchTag("Moved", () => pass(true)),
      Stream.catchTag("Moved", (moved) => Stream.fail(gaveUp(moved))),
    );
  });

/** The whole list at once, for what is small: groups, roles, the members of one group. Who left meanwhile may be in it. */
export const collected = <A extends Item>(what: string, size: number, page: Page<A>, limit?: Limit) => {
  const pass = Effect.suspend(() =>
    Stream.runCollect(onePass(what, size, page, limit ?? makeLimit(what, mostUncounted)).items),
  );
  return pass.pipe(
    Effect.catchTag("Moved", () => pass),
    Effect.catchTag("Moved", (moved) => Effect.fail(gaveUp(moved))),
  );
};
