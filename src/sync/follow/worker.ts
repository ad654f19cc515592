/**
 * Works the `follow` queue while the scope is open. A job only says that a connection should have a follower; the follower
 * outlives it, and ends with the server.
 */
import { Effect, FiberSet, Layer, Schema } from "effect";
import { ConnectionId, OrganizationId } from "../../domain/index.ts";
import { Store } from "../../store/index.ts";
import { workQueue } from "../queue-worker.ts";
import { followAfter } from "../runs/index.ts";
import { claimFollower, follow } from "./follower.ts";

const FollowJob = Schema.Struct({ organization: OrganizationId, connection: ConnectionId });

/** Connections that one instance follows. */
const most = 1_000;
const tryAgainSeconds = 10;

export const followWorker = Layer.effectDiscard(
  Effect.gen(function* () {
    const store = yield* Store;
    const followers = yield* FiberSet.make<void>();
    const begin = Effect.fnUntraced(function* ({ organization, connection }: typeof FollowJob.Type) {
      if ((yield* FiberSet.size(followers)) >= most) {
        return yield* store.tenant(organization, (tx) => followAfter(tx, connection, tryAgainSeconds));
      }
      const follower = yield* claimFollower(organization, connection);
      if (follower !== undefined) yield* FiberSet.run(followers, follow(follower));
    });
    yield* workQueue({
      queue: "follow",
      job: FollowJob,
      options: { batchSize: 20 },
      work: begin,
      isInterrupted: false,
    });
  }),
);
