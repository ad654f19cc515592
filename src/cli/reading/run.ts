/** A run in words: what could not be kept first, then its steps with counts and times. */
import type { Run, RunStep } from "../client/index.ts";
import { exactMoment, facts, type Line, table } from "../output/index.ts";
import { durationText } from "./every.ts";

const timeText = ({ beganMillis, endedMillis }: RunStep): string =>
  endedMillis === null ? "not ended" : durationText(endedMillis - beganMillis);

const stepLines = (steps: ReadonlyArray<RunStep>): ReadonlyArray<Line> =>
  table<RunStep>(
    {
      STEP: ({ name }) => name,
      READ: ({ read }) => String(read),
      ADDED: ({ added }) => String(added),
      CHANGED: ({ changed }) => String(changed),
      REMOVED: ({ removed }) => String(removed),
      FAILED: ({ failed }) => String(failed),
      TIME: timeText,
    },
    steps,
  );

const failureLines = (failures: Run["failures"]): ReadonlyArray<Line> =>
  failures.length === 0
    ? []
    : [
        ...table<Run["failures"][number]>(
          { "NOT KEPT": ({ kind, id }) => `${kind} ${id}`, WHY: ({ detail }) => detail },
          failures,
        ),
        { text: "" },
      ];

export const runLines = ({ failures, steps }: Pick<Run, "failures" | "steps">): ReadonlyArray<Line> => [
  ...failureLines(failures),
  ...stepLines(steps),
];

/** One step in one line: `users: 1200 read, 3 added, 1 changed`. */
export const stepText = ({ name, read, added, changed, removed, failed }: RunStep): string => {
  const counts = { read, added, changed, removed, failed };
  const told = Object.entries(counts).filter(([count, number]) => count === "read" || number > 0);
  return `${name}: ${told.map(([count, number]) => `${number} ${count}`).join(", ")}`;
};

/** From its beginning to its end; empty where it has not come to that. */
export const tookText = ({ startedAt, endedAt }: Pick<Run, "startedAt" | "endedAt">): string =>
  startedAt === null || endedAt === null ? "" : durationText(Date.parse(endedAt) - Date.parse(startedAt));

/** Whom it reads. */
export const aboutText = ({
  userId,
  groupId,
  follows,
}: Pick<Run, "userId" | "groupId" | "follows">): string => {
  if (follows) return "what changed";
  if (groupId !== null) return "one group";
  return userId === null ? "everyone" : "one person";
};

const byText = ({ trigger, requestedBy }: Run): string =>
  requestedBy === null ? trigger.toLowerCase() : `operator ${requestedBy}`;

const thingText = (run: Run): string => {
  if (run.userId !== null) return `the directory user ${run.userId}`;
  return run.groupId === null ? aboutText(run) : `the directory group ${run.groupId}`;
};

export const runFacts = (run: Run): ReadonlyArray<Line> =>
  facts({
    run: run.id,
    connection: run.connection,
    about: thingText(run),
    state: run.state.toLowerCase(),
    ...(run.reason === null ? {} : { reason: run.reason }),
    ...(run.detail === null ? {} : { detail: run.detail }),
    by: byText(run),
    asked: exactMoment(run.requestedAt),
    ...(run.state === "WAITING" && run.dueAt !== null ? { due: exactMoment(run.dueAt) } : {}),
    ...(run.startedAt === null ? {} : { begun: exactMoment(run.startedAt) }),
    ...(run.endedAt === null ? {} : { ended: `${exactMoment(run.endedAt)}, after ${tookText(run)}` }),
    ...(run.attempts > 1 ? { attempts: String(run.attempts) } : {}),
  });
