/**
 * Who is in a group by the group's own list: what a person's own empty list is held against. Remembered for some seconds,
 * as many people may seem to have left one group.
 */
import { Cache, Duration, Effect, Exit } from "effect";
import type { ConnectorFailure } from "../../connector.ts";
import type { Ask } from "../client.ts";
import { membersOf } from "../groups.ts";
import { naming, remedies } from "../lack.ts";
import { partsOf, whereOf } from "../organizations/index.ts";

const remembered = Duration.seconds(5);

type Lists = Cache.Cache<string, ReadonlySet<string>, ConnectorFailure>;

export const makeLists = (ask: Ask): Effect.Effect<Lists> =>
  Cache.makeWith(
    (key: string) => {
      const placed = partsOf(key);
      const members =
        placed === undefined
          ? membersOf(ask, key)
          : membersOf(ask, placed.group, whereOf(placed.organization));
      return Effect.map(
        Effect.mapError(members, naming(remedies.viewUsers)),
        (all): ReadonlySet<string> => new Set(all.map(({ id }) => id)),
      );
    },
    // Large groups are large sets: a few of them are what one sweep needs at a time.
    { capacity: 20, timeToLive: (exit) => (Exit.isSuccess(exit) ? remembered : Duration.zero) },
  );
