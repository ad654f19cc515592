/**
 * Reading a list page by page so that what moved in between is noticed. Keycloak pages by offset: someone deleted
 * from a page already read pushes someone else out of sight. So each page begins with the last element of the one
 * before, and a list whose seams do not fit is read once more from its start, then given up.
 */
import { Data, Effect, Option, Stream } from "effect";
import { ConnectorFailure } from "../connector.ts";

interface Item {
  readonly id: string;
}
export interface Window {
  readonly first: number;
  readonly max: number;
}
export type Page<A> = (window: Window) => Effect.Effect<ReadonlyArray<A>, ConnectorFailure>;

/** The list changed while it was read. */
class Moved extends Data.TaggedError("Moved")<{ readonly what: string }> {}

interface Place {
  readonly first: number;
  readonly last: string | null;
}

const onePass = <A extends Item>(what: string, size: number, page: Page<A>) => {
  const seen = new Set<string>();
  const next = Effect.fnUntraced(function* (place: Place) {
    const items = yield* page({ first: place.first, max: size + 1 });
    if (place.last !== null && items[0]?.id !== place.last) return yield* new Moved({ what });
    const fresh = place.last === null ? items : items.slice(1);
    for (const { id } of fresh) {
      if (seen.has(id)) return yield* new Moved({ what });
      seen.add(id);
    }
    const last = items.at(-1);
    const more = items.length > size && last !== undefined;
    const rest = more ? Option.some({ first: place.first + size, last: last.id }) : Option.none();
    return [fresh, rest] as const;
  });
  const start: Place = { first: 0, last: null };
  return { seen, items: Stream.paginate(start, next) };
};

const gaveUp = ({ what }: Moved) =>
  new ConnectorFailure({
    reason: "conflict",
    detail: `The list of ${what} changed twice while it was read. Nothing was concluded from it; the next run reads it again.`,
  });

/** How many the source says there are, and what to say where the list disagrees. */
export interface Check {
  readonly count: Effect.Effect<number, ConnectorFailure>;
  readonly differs: (listed: number, counted: number) => ConnectorFailure;
}

/** The list as a stream, each element once. The count is checked at its end; an element that a second pass misses is a failure. */
export const listed = <A extends Item>(what: string, size: number, page: Page<A>, check: Check) => {
  const given = new Set<string>();
  const pass = (again: boolean): Stream.Stream<A, ConnectorFailure | Moved> => {
    const { seen, items } = onePass(what, size, page);
    const verdict = Effect.gen(function* () {
      const counted = yield* check.count;
      if (counted !== seen.size) {
        return yield* again || seen.size === 0 ? check.differs(seen.size, counted) : new Moved({ what });
      }
      if (given.size !== seen.size) return yield* new Moved({ what });
    });
    const fresh = items.pipe(
      Stream.filter(({ id }) => !given.has(id)),
      Stream.tap(({ id }) => Effect.sync(() => given.add(id))),
    );
    return Stream.concat(fresh, Stream.fromEffectDrain(verdict));
  };
  return pass(false).pipe(
    Stream.catchTag("Moved", () => pass(true)),
    Stream.catchTag("Moved", (moved) => Stream.fail(gaveUp(moved))),
  );
};

/** The whole list at once, for what is small: groups, roles, the members of one group. */
export const collected = <A extends Item>(what: string, size: number, page: Page<A>) => {
  const pass = Effect.suspend(() => Stream.runCollect(onePass(what, size, page).items));
  return pass.pipe(
    Effect.catchTag("Moved", () => pass),
    Effect.catchTag("Moved", (moved) => Effect.fail(gaveUp(moved))),
  );
};
