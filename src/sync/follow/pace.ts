/** How fast a follower goes, and when it gives up. */
import { Context, type Duration, Effect, Random } from "effect";

export interface Paces {
  /** Between signs of life. A follower that gives none is taken over after twelve seconds. */
  readonly sign: Duration.Input;
  /** A follower opens its connection anew after so long. */
  readonly life: Duration.Input;
  /** One look takes in so many things at most, and so many pages. */
  readonly things: number;
  readonly pages: number;
  /** Where more than this changed, reading everything is quicker than asking for each. */
  readonly tooMany: number;
  /** Between readings of everything that changes ask for: a source that always asks is not read all the time. */
  readonly readAllSeconds: number;
}

export const Pace = Context.Reference<Paces>("rolebridge/sync/Pace", {
  defaultValue: () => ({
    sign: "4 seconds",
    life: "10 minutes",
    things: 500,
    pages: 20,
    tooMany: 2_000,
    readAllSeconds: 60,
  }),
});

const longestWait = 300;

/** Seconds until the next look after so many failures in a row: twice as long each time, five minutes at most. */
export const waitAfter = Effect.fnUntraced(function* (every: number, failures: number, asked = 0) {
  const doubled = Math.min(every * 2 ** Math.min(failures, 10), longestWait);
  return Math.max(doubled * (0.75 + (yield* Random.next) / 2), Math.min(asked, longestWait));
});
