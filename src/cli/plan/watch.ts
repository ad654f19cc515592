/** Follows a plan until its job has nothing more to do, and shows how far it is, on stderr. */
import { Effect, Schedule, Schema } from "effect";
import { askOrganization, idArgument, Plan } from "../client/index.ts";
import { NotThere } from "../failure.ts";
import { plain, say } from "../output/index.ts";

const worked: ReadonlySet<string> = new Set(["EVALUATING", "CHECKING", "APPLYING", "UNDOING"]);

export const findPlan = Effect.fnUntraced(function* (id: string) {
  const found = yield* askOrganization("plan", { id: idArgument(id) }, Schema.NullOr(Plan));
  if (found !== null) return found;
  return yield* new NotThere({
    message: `There is no plan ${id} here. "rolebridge plan list" shows the latest.`,
  });
});

const steps: Readonly<Record<string, string>> = {
  EVALUATING: "looking at everyone",
  CHECKING: "looking at everyone once more",
  APPLYING: "applying",
  UNDOING: "undoing",
};

const progressText = ({ state, done, total, results }: Plan): string => {
  const step = steps[state] ?? state.toLowerCase();
  if (state === "APPLYING" && results.open > 0) return `${step}: ${results.applied} accounts done`;
  return total === 0 ? step : `${step}: ${done} of ${total} accounts`;
};

const erase = "\r\u001b[2K";

/** On a terminal one line that is rewritten; else a line for each tenth. */
const screen = () => {
  if (process.stderr.isTTY) {
    return {
      show: (plan: Plan) =>
        Effect.sync(() => void process.stderr.write(`${erase}${plain(progressText(plan)).slice(0, 79)}`)),
      close: Effect.sync(() => void process.stderr.write(erase)),
    };
  }
  let told = "";
  const show = (plan: Plan) =>
    Effect.suspend(() => {
      const tenth = `${plan.state} ${Math.floor((plan.done / Math.max(1, plan.total)) * 10)}`;
      if (tenth === told || plan.total === 0) return Effect.void;
      told = tenth;
      return say(progressText(plan));
    });
  return { show, close: Effect.void };
};

/** The server may be away for a moment: the plan is not. */
const patience = { schedule: Schedule.spaced("1 second"), times: 10 };

/** The plan when its job has done what was to be done. Whoever stops watching does not stop it. */
export const finished = Effect.fn("finished")(function* (id: string) {
  const { show, close } = screen();
  const look = findPlan(id).pipe(
    Effect.retry({ ...patience, while: ({ _tag }) => _tag === "Unreachable" }),
    Effect.tap((plan) => (worked.has(plan.state) ? show(plan) : Effect.void)),
  );
  return yield* look.pipe(
    Effect.repeat({ until: ({ state }) => !worked.has(state), schedule: Schedule.spaced("300 millis") }),
    Effect.ensuring(close),
    Effect.onInterrupt(() => say(`It goes on at the server. To see it: rolebridge plan show ${id}`)),
  );
});
