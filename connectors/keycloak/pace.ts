/** When the next request may start, so that requests start evenly and not in bursts. */
import { Clock, Effect } from "effect";

/** Waits for a turn; turns lie `1000 / perSecond` milliseconds apart. 0 = no waiting. */
export const makePace = (perSecond: number): Effect.Effect<void> => {
  if (perSecond === 0) return Effect.void;
  let free = 0;
  return Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const turn = Math.max(now, free);
    free = turn + 1000 / perSecond;
    return Effect.sleep(turn - now);
  });
};
