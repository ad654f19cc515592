/**
 * Works the `follow` queue while the scope is open. A job only says that a connection should have a follower; the follower
 * outlives it, and ends with the server.
 */
import { Effect, FiberSet, Layer, Schema } from "effect";
import { ConnectionId, OrganizationId } from "../../domain/index.ts";
import { Store } from "../../store/index.ts";
import { followAfter } from "../runs/index.ts";
import { claimFollower, follow } from "./follower.ts";

const FollowJob = Schema.Struct({ organization: OrganizationId, connection: ConnectionId });

/** Connections that one instance follows. */
const most = 1_000;
const tryAgainSeconds = 10;

const options = { pollingIntervalSeconds: 0.5, batchSize: 20 };

type Needs = Store | Effect.Services<ReturnType<typeof follow>>;

export const followWorker = Layer.effectDiscard(
  Effect.gen(function* () {
    const store = yield* Store;
    const context = yield* Effect.context<Needs>();
    const followers = yield* FiberSet.make<void>();
    const begin = Effect.fnUntraced(function* ({ organization, connection }: typeof FollowJob.Type) {
      if ((yield* FiberSet.size(followers)) >= most) {
        return yield* store.tenant(organization, (tx) => followAfter(tx, connection, tryAgainSeconds));
      }
      const follower = yield* claimFollower(organization, connection);
      if (follower !== undefined) yield* FiberSet.run(followers, follow(follower));
    });
    const work = (data: unknown) =>
      Effect.runPromiseWith(context)(
        Schema.decodeUnknownEffect(FollowJob)(data).pipe(
          Effect.flatMap(begin),
          Effect.tapCause((cause) => Effect.logError("A follow job failed and will be tried again.", cause)),
        ),
      );
    yield* Effect.acquireRelease(
      Effect.promise(() =>
        store.queue.work("follow", options, async (jobs) => {
          for (const job of jobs) await work(job.data);
        }),
      ),
      () => Effect.promise(() => store.queue.offWork("follow")),
    );
  }),
);
