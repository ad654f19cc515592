/** The last step of every run: from facts to roles. */
import { Effect, Schedule } from "effect";
import { countPending, Store } from "../../store/index.ts";
import type { Pull } from "../pull/index.ts";
import { workPending } from "../worker.ts";

/** Whoever was touched has their roles when the run has ended, be it by this worker or by another one. */
export const bringUpToDate = Effect.fn("run.roles")(function* ({ organization, progress, run }: Pull) {
  const store = yield* Store;
  yield* progress.add("roles", {});
  const round = workPending(organization, (accounts) => progress.add("roles", { read: accounts }), run).pipe(
    Effect.andThen(store.tenant(organization, countPending)),
  );
  yield* Effect.repeat(round, {
    while: (waiting) => waiting > 0,
    schedule: Schedule.spaced("100 millis"),
    times: 100,
  });
  yield* progress.end("roles");
});
