/** How far a run is: counts by step, and what could not be kept. Written down by the run's sign of life. */
import { Clock, Effect } from "effect";
import { type FailedObject, type RunStep, type StepName, stepNames } from "../../domain/index.ts";
import type { Progress as StoredProgress } from "../../store/index.ts";

export type Count = "read" | "added" | "changed" | "removed" | "failed";
export type Counts = Partial<Record<Count, number>>;

export interface Progress {
  /** Adds to a step's counts, and begins it where this is the first that is heard of it. */
  readonly add: (step: StepName, counts: Counts) => Effect.Effect<void>;
  readonly refuse: (objects: ReadonlyArray<FailedObject>) => Effect.Effect<void>;
  readonly end: (...steps: ReadonlyArray<StepName>) => Effect.Effect<void>;
  readonly now: Effect.Effect<StoredProgress>;
}

/** So many refused objects are listed; the count goes on. */
const listed = 100;

const begun = (name: StepName, began: number): RunStep => ({
  name,
  read: 0,
  added: 0,
  changed: 0,
  removed: 0,
  failed: 0,
  began,
  ended: null,
});

const plus = (
  step: RunStep,
  { read = 0, added = 0, changed = 0, removed = 0, failed = 0 }: Counts,
): RunStep => ({
  ...step,
  read: step.read + read,
  added: step.added + added,
  changed: step.changed + changed,
  removed: step.removed + removed,
  failed: step.failed + failed,
});

export const makeProgress = Effect.fnUntraced(function* () {
  const start = yield* Clock.currentTimeMillis;
  const steps = new Map<StepName, RunStep>();
  const failures: Array<FailedObject> = [];
  const elapsed = Effect.map(Clock.currentTimeMillis, (now) => now - start);
  const progress: Progress = {
    add: (name, counts) =>
      Effect.map(elapsed, (at) => {
        steps.set(name, plus(steps.get(name) ?? begun(name, at), counts));
      }),
    refuse: (objects) => Effect.sync(() => failures.push(...objects.slice(0, listed - failures.length))),
    end: (...names) =>
      Effect.map(elapsed, (at) => {
        for (const name of names) steps.set(name, { ...(steps.get(name) ?? begun(name, at)), ended: at });
      }),
    now: Effect.sync(() => ({
      steps: stepNames.flatMap((name) => steps.get(name) ?? []),
      failures: [...failures],
    })),
  };
  return progress;
});
