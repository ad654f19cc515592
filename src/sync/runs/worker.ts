/** Works the `sync` queue while the scope is open. A job only names a connection: what is to be done stands in rows. */
import { Deferred, Effect, Layer, Schema } from "effect";
import { ConnectionId, OrganizationId } from "../../domain/index.ts";
import { Store } from "../../store/index.ts";
import { claim } from "./claim.ts";
import { perform } from "./perform.ts";

const SyncJob = Schema.Struct({ organization: OrganizationId, connection: ConnectionId });

/** Connections that one instance reads at the same time, of all organizations and of one. */
const atOnce = 8;
const ofOneOrganization = 2;

/** Does all there is to do for one connection. */
export const syncConnection = Effect.fn("syncConnection")(function* (
  organization: OrganizationId,
  connection: ConnectionId,
) {
  let claimed = yield* claim(organization, connection);
  while (claimed !== undefined) {
    yield* perform(claimed);
    claimed = yield* claim(organization, connection);
  }
});

const options = {
  pollingIntervalSeconds: 0.5,
  localConcurrency: atOnce,
  localGroupConcurrency: ofOneOrganization,
};

type Needs = Store | Effect.Services<ReturnType<typeof syncConnection>>;

export const syncWorker = Layer.effectDiscard(
  Effect.gen(function* () {
    const { queue } = yield* Store;
    const context = yield* Effect.context<Needs>();
    const stopping = yield* Deferred.make<void>();
    const work = (data: unknown) =>
      Effect.runPromiseWith(context)(
        Schema.decodeUnknownEffect(SyncJob)(data).pipe(
          Effect.flatMap(({ organization, connection }) => syncConnection(organization, connection)),
          // A run that is interrupted goes back to wait: another instance, or this one after its start, takes it up.
          Effect.raceFirst(Deferred.await(stopping)),
          Effect.tapCause((cause) => Effect.logError("A sync job failed and will be tried again.", cause)),
        ),
      );
    yield* Effect.acquireRelease(
      Effect.promise(() =>
        queue.work("sync", options, async (jobs) => {
          for (const job of jobs) await work(job.data);
        }),
      ),
      () =>
        Effect.andThen(
          Deferred.succeed(stopping, undefined),
          Effect.promise(() => queue.offWork("sync")),
        ),
    );
  }),
);
