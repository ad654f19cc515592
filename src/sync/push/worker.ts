/** Works the `push` queue while the scope is open. A job only names a connection: who is to be looked at stands in rows. */
import { Deferred, Effect, Layer, Schema } from "effect";
import { ConnectionId, OrganizationId } from "../../domain/index.ts";
import { Store } from "../../store/index.ts";
import { performPush } from "./perform.ts";

const PushJob = Schema.Struct({ organization: OrganizationId, connection: ConnectionId });

/** Connections that one instance writes at the same time, of all organizations and of one. */
const options = {
  pollingIntervalSeconds: 0.5,
  localConcurrency: 8,
  localGroupConcurrency: 2,
};

type Needs = Store | Effect.Services<ReturnType<typeof performPush>>;

export const pushWorker = Layer.effectDiscard(
  Effect.gen(function* () {
    const { queue } = yield* Store;
    const context = yield* Effect.context<Needs>();
    const stopping = yield* Deferred.make<void>();
    const work = (data: unknown) =>
      Effect.runPromiseWith(context)(
        Schema.decodeUnknownEffect(PushJob)(data).pipe(
          Effect.flatMap(({ organization, connection }) => performPush(organization, connection)),
          // Whoever is interrupted leaves marks by which the next one finds what was begun.
          Effect.raceFirst(Deferred.await(stopping)),
          Effect.tapCause((cause) => Effect.logError("A push job failed and will be tried again.", cause)),
        ),
      );
    yield* Effect.acquireRelease(
      Effect.promise(() =>
        queue.work("push", options, async (jobs) => {
          for (const job of jobs) await work(job.data);
        }),
      ),
      () =>
        Effect.andThen(
          Deferred.succeed(stopping, undefined),
          Effect.promise(() => queue.offWork("push")),
        ),
    );
  }),
);
