/**
 * One reading of a list, page by page. Keycloak pages by offset and keeps an order, so people who come and go ahead
 * of the offset push everybody behind them. Therefore pages overlap: a page in which somebody stands who was already
 * seen leaves no gap, for everybody between them stands in it too. A page that does not touch what was seen is read
 * again from further ahead.
 */
import { Data, Effect, Option, Stream } from "effect";
import type { ConnectorFailure } from "../../connector.ts";
import { asked, type Item, type Limit, type Page } from "./page.ts";

/** So many may leave between two pages without a step back. */
const overlap = 20;
/** Pages one after the other that bring nobody new: steps back, or the same page again and again. */
const mostIdle = 5;

/** The list changed faster than it could be read. */
export class Moved extends Data.TaggedError("Moved")<{ readonly what: string }> {}

/** How many elements came or left ahead of the page being read, as far as the seams show it. */
export interface Moves {
  came: number;
  left: number;
}

export interface Pass<A> {
  /** Who was read so far, and at which position they were last seen. */
  readonly seen: ReadonlyMap<string, number>;
  readonly moves: Moves;
  /** Each element once. */
  readonly items: Stream.Stream<A, ConnectorFailure | Moved>;
}

interface Place {
  readonly first: number;
  /** Position of the last element that was read, -1 before any. */
  readonly end: number;
  readonly idle: number;
}

/** What a page tells of its seam: by how much the list moved, `undefined` where it does not touch what was seen. */
const seam = (
  seen: ReadonlyMap<string, number>,
  { first, end }: Place,
  items: ReadonlyArray<Item>,
): Readonly<Moves> | undefined => {
  let least: Moves | undefined;
  let fresh = 0;
  for (const [i, { id }] of items.entries()) {
    const before = seen.get(id);
    if (before === undefined) fresh += 1;
    else {
      // Shifted by so much; everybody behind it left, and who is new ahead of it was listed nevertheless, as if they had
      // left again. Who was renamed shifts far: the least counts.
      const shift = first + i - before;
      const came = Math.max(0, shift);
      const left = Math.max(0, -shift) + Math.max(0, end - before) + fresh;
      if (least === undefined || came + left < least.came + least.left) least = { came, left };
    }
  }
  // The beginning of a list has nothing ahead of it.
  return least ?? (first === 0 ? { came: 0, left: end + 1 } : undefined);
};

export const onePass = <A extends Item>(what: string, size: number, page: Page<A>, limit: Limit): Pass<A> => {
  const seen = new Map<string, number>();
  const max = size + overlap;
  const moves: Moves = { came: 0, left: 0 };

  const take = (first: number, items: ReadonlyArray<A>) =>
    items.filter(({ id }, i) => {
      const fresh = !seen.has(id);
      seen.set(id, first + i);
      return fresh;
    });

  const next = Effect.fnUntraced(function* (place: Place) {
    const { first, end, idle } = place;
    const items = yield* asked(what, page, { first, max });
    const moved = seam(seen, place, items);
    if (moved === undefined) {
      if (idle === mostIdle) return yield* new Moved({ what });
      const back = Math.max(0, first - overlap * 4 ** (idle + 1));
      return [[], Option.some({ first: back, end, idle: idle + 1 })] as const;
    }
    moves.came += moved.came;
    moves.left += moved.left;
    const fresh = take(first, items);
    yield* limit(fresh.length);
    if (items.length < max) return [fresh, Option.none()] as const;
    if (fresh.length === 0 && idle === mostIdle) return yield* new Moved({ what });
    const rest: Place = {
      first: first + size,
      end: first + max - 1,
      idle: fresh.length === 0 ? idle + 1 : 0,
    };
    return [fresh, Option.some(rest)] as const;
  });
  const start: Place = { first: 0, end: -1, idle: 0 };
  return { seen, moves, items: Stream.paginate(start, next) };
};
