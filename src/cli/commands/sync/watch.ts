/** Follows a run to its end and shows how far it is, on stderr: a line that is rewritten on a terminal, else lines. */
import { Clock, Effect, Schedule, Schema } from "effect";
import { askOrganization, Run } from "../../client/index.ts";
import { NotThere } from "../../failure.ts";
import { plain, say } from "../../output/index.ts";
import { durationText, stepText } from "../../reading/index.ts";

const isOver = ({ state }: Run): boolean => state !== "WAITING" && state !== "RUNNING";

export const findRun = Effect.fnUntraced(function* (id: string) {
  const found = yield* askOrganization("run", { id: { type: "ID!", value: id } }, Schema.NullOr(Run));
  if (found !== null) return found;
  return yield* new NotThere({
    message: `There is no run ${id} here. "rolebridge sync runs" shows the latest.`,
  });
});

/** The step at work: the last that has begun and not ended. */
const nowText = ({ state, steps }: Run): string => {
  if (state === "WAITING") return "waiting for its turn";
  const step = steps.findLast(({ endedMillis }) => endedMillis === null) ?? steps.at(-1);
  return step === undefined ? "asking the system" : stepText(step);
};

const erase = "\r\u001b[2K";
/** A line that wraps cannot be rewritten. */
const fitting = (text: string): string => plain(text).slice(0, (process.stderr.columns ?? 80) - 1);

interface Screen {
  readonly show: (run: Run, elapsedMillis: number) => Effect.Effect<void>;
  readonly close: Effect.Effect<void>;
}

const terminal: Screen = {
  show: (run, elapsed) =>
    Effect.sync(
      () => void process.stderr.write(`${erase}${fitting(`${nowText(run)}  ${durationText(elapsed)}`)}`),
    ),
  close: Effect.sync(() => void process.stderr.write(erase)),
};

/** One line for each step when it has ended. */
const lines = (): Screen => {
  const told = new Set<string>();
  return {
    show: ({ steps }) =>
      Effect.gen(function* () {
        const ended = steps.filter(({ name, endedMillis }) => endedMillis !== null && !told.has(name));
        for (const step of ended) {
          told.add(step.name);
          yield* say(`${stepText(step)}, ${durationText((step.endedMillis ?? 0) - step.beganMillis)}`);
        }
      }),
    close: Effect.void,
  };
};

/** The server may be away for a moment: the run is not. */
const patience = { schedule: Schedule.spaced("1 second"), times: 10 };

/** The run when it has ended. Whoever stops watching does not stop the run. */
export const watch = Effect.fn("watch")(function* (id: string) {
  const screen = process.stderr.isTTY ? terminal : lines();
  const start = yield* Clock.currentTimeMillis;
  const look = findRun(id).pipe(
    Effect.retry({ ...patience, while: ({ _tag }) => _tag === "Unreachable" }),
    Effect.tap((run) => Effect.flatMap(Clock.currentTimeMillis, (now) => screen.show(run, now - start))),
  );
  return yield* look.pipe(
    Effect.repeat({ until: isOver, schedule: Schedule.spaced("300 millis") }),
    Effect.ensuring(screen.close),
    Effect.onInterrupt(() => say(`The run goes on at the server. To see it: rolebridge sync show ${id}`)),
  );
});
