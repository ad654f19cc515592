/** Where reading a log goes on, whatever its clocks say. Pure: the log is a list. */
import { Effect } from "effect";
import { describe, expect, it } from "vitest";
import { begin, readOn, type Window } from "../../../../connectors/keycloak/changes/log.ts";

interface Event {
  readonly id: string;
  readonly time: number;
}

const logOf =
  (events: ReadonlyArray<Event>) =>
  ({ dateFrom, first, max, direction }: Window) =>
    Effect.sync(() => {
      const from = events.filter(({ time }) => time >= Number(dateFrom)).toSorted((a, b) => a.time - b.time);
      return (direction === "desc" ? from.toReversed() : from).slice(first, first + max);
    });

describe("a log of events", () => {
  it("tells what happens after an event of a clock that is far ahead", async () => {
    let now = 1_800_000_000_000;
    const events: Array<Event> = [{ id: "first", time: now }];
    let place = await Effect.runPromise(begin(logOf(events), now));
    const told = async (event: Event, after: number) => {
      events.push(event);
      now += after;
      const heard = await Effect.runPromise(readOn(logOf(events), place, now));
      place = heard.place;
      expect(heard.lost).toBeNull();
      return heard.events.map(({ id }) => id);
    };
    expect(await told({ id: "a day ahead", time: now + 86_400_000 }, 5_000)).toEqual(["a day ahead"]);
    expect(await told({ id: "real", time: now + 4_000 }, 5_000)).toEqual(["real"]);
    expect(await told({ id: "an hour later", time: now + 3_600_000 }, 3_605_000)).toEqual(["an hour later"]);
    expect(await told({ id: "and soon after", time: now + 1_000 }, 5_000)).toEqual(["and soon after"]);
  });
});
