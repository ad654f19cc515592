/**
 * Reads on in a log of events, the oldest first. An event bears the time it began at and can be read only once it is
 * committed, so each reading starts some time before the last: what was told already is known by its id. Pages follow
 * each other by time, since what expires at the front would shift an offset.
 */
import { Effect } from "effect";
import { ConnectorFailure } from "../../connector.ts";
import type { Mark, Place } from "./cursor.ts";

/** Longer than a transaction takes to commit and than the clocks of a cluster differ. Measured: up to 4.8 s. */
export const overlapMillis = 60_000;
/** Events of several kilobytes each are held one page at a time. */
const pageSize = 250;
const mostPages = 4;
/** Beyond it the oldest are told twice, which does no harm. */
const mostTold = 4_000;

interface Event {
  readonly id?: string | null;
  readonly time: number;
}

export interface Window {
  readonly dateFrom: string;
  readonly first: number;
  readonly max: number;
  readonly direction: "asc" | "desc";
}

/** What an answer of Keycloak holds of the log, in a window of it. */
export type Log<E extends Event> = (window: Window) => Effect.Effect<ReadonlyArray<E>, ConnectorFailure>;

export interface Heard<E> {
  /** Those that were not told before, the oldest first. */
  readonly events: ReadonlyArray<E>;
  readonly place: Place;
  readonly more: boolean;
  /** An event that was there and is no longer, though what came after it is. */
  readonly lost: Mark | null;
}

/** Keycloak before 26.2 gives events no id. */
const idOf = (event: Event): string => event.id || JSON.stringify(event);

const notAscending = new ConnectorFailure({
  reason: "refused",
  detail:
    "Keycloak does not list its events oldest first. Update it to a current version; until then, only reading everything tells what changed.",
});

const tooMany = new ConnectorFailure({
  reason: "malformed",
  detail: "Keycloak gave more events than it was asked for. Nothing was concluded from them.",
});

const later = (a: Mark | null, b: Mark): Mark => (a === null || b.time >= a.time ? b : a);

const isAscending = (page: ReadonlyArray<Event>, from: number) =>
  page.every(({ time }, i) => time >= (page[i - 1]?.time ?? from));

/** Begins at the newest event there is, so that no clock but the server's counts. Nothing before it is told. */
export const begin = Effect.fnUntraced(function* <E extends Event>(log: Log<E>, now: number) {
  const [event] = yield* log({ dateFrom: "0", first: 0, max: 1, direction: "desc" });
  const newest = event === undefined ? null : { id: idOf(event), time: event.time };
  const from = newest === null ? 0 : Math.max(0, newest.time - overlapMillis);
  const place: Place = { from, first: 0, newest, anchor: null, told: [], began: null, looked: now };
  const heard = yield* readOn(log, place, now);
  return heard.place;
});

interface Reading<E> {
  place: Place;
  readonly told: Map<string, number>;
  readonly events: Array<E>;
  /** The newest that is there. */
  met: Mark | null;
  lost: Mark | null;
}

/** Takes in a page; says whether it was the last. */
const take = <E extends Event>(reading: Reading<E>, page: ReadonlyArray<E>): boolean => {
  let { from, first, newest, anchor } = reading.place;
  const atEnd = page.length < pageSize;
  for (const event of page) {
    const mark = { id: idOf(event), time: event.time };
    if (anchor !== null && mark.id === anchor.id) anchor = null;
    if (!reading.told.has(mark.id)) reading.events.push(event);
    reading.told.set(mark.id, mark.time);
    newest = later(newest, mark);
    reading.met = later(reading.met, mark);
  }
  const last = page.at(-1)?.time ?? from;
  if (anchor !== null && (atEnd || last > anchor.time)) {
    reading.lost = anchor;
    if (newest?.id === anchor.id) newest = reading.met;
    anchor = null;
  }
  // What has the time of the last one may go on in the next page.
  first = last > from ? 0 : first + page.length;
  from = last;
  reading.place = { ...reading.place, from, first, newest, anchor };
  return atEnd;
};

const marksOf = (told: ReadonlyMap<string, number>, since: number): ReadonlyArray<Mark> =>
  [...told]
    .map(([id, time]) => ({ id, time }))
    .filter(({ time }) => time >= since)
    .sort((a, b) => a.time - b.time)
    .slice(-mostTold);

/** Where the next reading starts: what was committed since this one began bears at least that time. */
const turned = ({ place, told }: Reading<unknown>, now: number): Place => {
  const { newest, began } = place;
  if (newest === null) return { ...place, first: 0, began: null, looked: began ?? now, told: [] };
  // One node with a clock far ahead must not hide what the others write until then.
  const ahead = Math.max(newest.time - now, 0);
  const from = Math.max(0, newest.time - ahead - (now - (began ?? now)) - overlapMillis);
  return {
    ...place,
    from,
    first: 0,
    began: null,
    looked: began ?? now,
    told: marksOf(told, from - overlapMillis),
  };
};

export const readOn = Effect.fnUntraced(function* <E extends Event>(log: Log<E>, place: Place, now: number) {
  const fresh = place.began === null ? { ...place, began: now, anchor: place.newest } : place;
  const told = new Map(place.told.map(({ id, time }) => [id, time]));
  const reading: Reading<E> = { place: fresh, told, events: [], met: null, lost: null };
  let ended = false;
  for (let pages = 0; pages < mostPages && !ended; pages++) {
    const { from, first } = reading.place;
    const page = yield* log({ dateFrom: String(from), first, max: pageSize, direction: "asc" });
    if (page.length > pageSize) return yield* tooMany;
    if (!isAscending(page, from)) return yield* notAscending;
    ended = take(reading, page);
  }
  const next = ended ? turned(reading, now) : { ...reading.place, told: marksOf(told, 0) };
  const { events, lost } = reading;
  return { events, lost, place: next, more: !ended } satisfies Heard<E>;
});
