/** Owns the commands about reading connections: now, how it is going, what runs did. */
import { Effect } from "effect";
import { Argument, Command, Flag } from "effect/cli";
import { changeOrganization, optionalText, Run, textArgument } from "../../client/index.ts";
import { asking, helped } from "../../define.ts";
import type { View } from "../../output/index.ts";
import { remedyText, runFacts, runLines, tookText } from "../../reading/index.ts";
import { follow } from "./follow.ts";
import { runs } from "./runs.ts";
import { status } from "./status.ts";
import { trace } from "./trace.ts";
import { findRun, watch } from "./watch.ts";

const endText = (run: Run): string => {
  const { state, reason, detail, connection } = run;
  if (state === "DONE") return `Done in ${tookText(run)}.`;
  if (state === "CANCELLED")
    return "It was cancelled: the connection was disabled, or a later run does its work.";
  if (state === "FAILED") {
    return `It failed (${reason}): ${detail}\n${remedyText(reason, connection)}`;
  }
  return `The run ${run.id} is ${state.toLowerCase()}. To see it: rolebridge sync show ${run.id}`;
};

const isBad = ({ state }: Run): boolean => state === "FAILED" || state === "CANCELLED";

const ended = (run: Run): View => ({ lines: runLines(run), talk: endText(run) });

const now = asking({
  name: "now",
  does: "Reads a connection now, and shows how far it is until it has ended. Exit code 1 when the run fails.",
  more: `Ctrl-C ends the watching, not the run. A run that waits already is joined.`,
  examples: [
    { command: "rolebridge sync now main", description: "Everyone" },
    { command: "rolebridge sync now main --person ada@acme.test", description: "One person, in a moment" },
    { command: "rolebridge sync now main --detach --json", description: "Only ask for it, from a program" },
  ],
  input: {
    slug: Argument.String("connection").pipe(Argument.withDescription("The connection's slug.")),
    person: Flag.String("person").pipe(
      Flag.withMetavar("EMAIL"),
      Flag.withDescription("Only this person, by email or userName, whom the connection has shown before."),
      Flag.optional,
    ),
    detach: Flag.Boolean("detach").pipe(
      Flag.withDescription("Do not wait for its end."),
      Flag.withDefault(false),
    ),
  },
  prints: Run,
  run: Effect.fnUntraced(function* ({ slug, person, detach }) {
    const asked = yield* changeOrganization(
      "startSync",
      { connection: textArgument(slug), person: optionalText(person) },
      Run,
    );
    return detach ? asked : yield* watch(asked.id);
  }),
  view: (run, { detach }) => (detach ? { lines: [{ text: run.id }], talk: endText(run) } : ended(run)),
  failed: isBad,
});

const show = asking({
  name: "show",
  does: "Shows a run: what could not be kept first, then its steps with counts and times.",
  examples: [
    {
      command: "rolebridge sync show 01a21010-1eb9-7a45-9227-8d3b0dd4e5f1",
      description: 'The id is in "rolebridge sync runs"',
    },
  ],
  input: { id: Argument.String("run").pipe(Argument.withDescription("The run's id.")) },
  prints: Run,
  run: ({ id }) => findRun(id),
  view: (run) => ({
    lines: [...runFacts(run), { text: "" }, ...runLines(run)],
    talk: run.state === "FAILED" ? remedyText(run.reason, run.connection) : undefined,
  }),
});

export const sync = Command.make("sync").pipe(
  Command.withSubcommands([now, trace, status, follow, runs, show]),
  helped({
    does: "Reading connections: now, as they change, how it is going, what each run did.",
    examples: [{ command: "rolebridge sync status", description: "Every connection that is read" }],
  }),
);
