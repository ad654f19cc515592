/**
 * Who gets to work on the database, and when. Each organization has a few places at once; those who wait are served
 * in rotation, one of each organization, so that one organization's flood is that organization's wait.
 */
import { Context, Data, Effect, Layer } from "effect";

/** More requests of one organization wait than will be served soon. `retryAfter`: whole seconds. */
export class Overloaded extends Data.TaggedError("Overloaded")<{ readonly retryAfter: number }> {}

export interface TurnLimits {
  /** Places in all; more than the database has sessions would only wait there, in no order. */
  readonly places: number;
  /** Places that one organization may have at once. */
  readonly each: number;
  /** Requests of one organization that may wait; the next one is told to come back. */
  readonly waiting: number;
}

interface Lane {
  working: number;
  readonly waiting: Array<() => void>;
}

/** How places are given; knows neither Effect nor time. */
const turnsOf = ({ places, each, waiting }: TurnLimits) => {
  /** In order of service: whoever got a place goes to the end. */
  const lanes = new Map<string, Lane>();
  let working = 0;
  const laneOf = (who: string): Lane => {
    const lane = lanes.get(who) ?? { working: 0, waiting: [] };
    lanes.set(who, lane);
    return lane;
  };
  const next = () => {
    for (const [who, lane] of lanes) {
      if (working >= places) return;
      if (lane.working >= each) continue;
      const start = lane.waiting.shift();
      if (start === undefined) continue;
      lanes.delete(who);
      lanes.set(who, lane);
      lane.working += 1;
      working += 1;
      start();
    }
  };
  return {
    /** Calls `start` when it is this one's turn; false where too many wait already. */
    enter: (who: string, start: () => void): boolean => {
      const lane = laneOf(who);
      if (lane.waiting.length >= waiting) return false;
      lane.waiting.push(start);
      next();
      return true;
    },
    leave: (who: string): void => {
      const lane = laneOf(who);
      lane.working -= 1;
      working -= 1;
      if (lane.working === 0 && lane.waiting.length === 0) lanes.delete(who);
      next();
    },
  };
};

export class Turns extends Context.Service<
  Turns,
  {
    /** Does `work` when it is `who`'s turn. */
    readonly take: <A, E, R>(
      who: string,
      work: Effect.Effect<A, E, R>,
    ) => Effect.Effect<A, E | Overloaded, R>;
  }
>()("rolebridge/http/Turns") {
  static readonly layer = (limits: TurnLimits) =>
    Layer.sync(Turns, () => {
      const turns = turnsOf(limits);
      const enter = (who: string) =>
        Effect.callback<void, Overloaded>((resume) => {
          const isIn = turns.enter(who, () => resume(Effect.void));
          if (!isIn) resume(Effect.fail(new Overloaded({ retryAfter: 1 })));
        });
      return Turns.of({
        take: (who, work) =>
          Effect.acquireUseRelease(
            enter(who),
            () => work,
            () => Effect.sync(() => turns.leave(who)),
          ),
      });
    });
}
