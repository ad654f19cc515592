/** Works one queue while the scope is open. Jobs only carry names: whoever works one reads what is to be done. */
import { Deferred, Effect, Schema } from "effect";
import { type QueueName, Store } from "../store/index.ts";

export interface QueueWorker<Job extends Schema.ConstraintDecoder<unknown>, E, R> {
  readonly queue: QueueName;
  readonly job: Job;
  /** How many jobs one instance fetches at once, and works at the same time, in all and of one organization. */
  readonly options?: {
    readonly batchSize?: number;
    readonly localConcurrency?: number;
    readonly localGroupConcurrency?: number;
  };
  /** What is done with one job. What fails is logged, and the queue has it worked again. */
  readonly work: (job: Job["Type"]) => Effect.Effect<unknown, E, R>;
  /** Does the end of the scope break off the jobs at work? Else it waits for them. */
  readonly isInterrupted: boolean;
}

export const workQueue = Effect.fn("workQueue")(function* <
  Job extends Schema.ConstraintDecoder<unknown>,
  E,
  R,
>({ queue: name, job, options, work, isInterrupted }: QueueWorker<Job, E, R>) {
  const { queue } = yield* Store;
  const context = yield* Effect.context<R>();
  const stopping = yield* Deferred.make<void>();
  const one = (data: unknown) =>
    Effect.runPromiseWith(context)(
      Schema.decodeUnknownEffect(job)(data).pipe(
        Effect.flatMap(work),
        Effect.raceFirst(isInterrupted ? Deferred.await(stopping) : Effect.never),
        Effect.tapCause((cause) => Effect.logError(`A ${name} job failed and will be tried again.`, cause)),
      ),
    );
  yield* Effect.acquireRelease(
    Effect.promise(() =>
      queue.work(name, { pollingIntervalSeconds: 0.5, ...options }, async (jobs) => {
        for (const { data } of jobs) await one(data);
      }),
    ),
    () =>
      Effect.andThen(
        Deferred.succeed(stopping, undefined),
        Effect.promise(() => queue.offWork(name)),
      ),
  );
});
