/** What a connection sees right now, what it does not see at once, and what to do about it. */
import { changeOrganization, Diagnosis, textArgument } from "../../client/index.ts";
import { asking } from "../../define.ts";
import { facts, type Line, moment, table, type View } from "../../output/index.ts";
import { durationText, everyText, remedyText } from "../../reading/index.ts";
import { slug } from "./view.ts";

type Entry = Diagnosis["ledger"][number];

const coverageText: Readonly<Record<string, string>> = {
  EVENTS: "its events",
  SWEEP: "reading everything",
  NOTHING: "nothing",
};

/** A look reads again what it read a while before, so that what shows late is found as well. */
const worstText = ({ coveredBy, worstSeconds }: Entry): string => {
  if (worstSeconds === null) return "never";
  return coveredBy === "EVENTS"
    ? `${everyText(worstSeconds)} after the event shows`
    : `${everyText(worstSeconds)} and the reading itself`;
};

const stateLines = ({ latencyMillis, version, sync }: Diagnosis): ReadonlyArray<Line> =>
  facts({
    answers: `in ${durationText(latencyMillis ?? 0)}${version === null ? "" : `, version ${version}`}`,
    ...(sync === null
      ? {}
      : {
          state: sync.state.toLowerCase().replaceAll("_", " "),
          "last success": sync.lastSuccessAt === null ? "never" : moment(sync.lastSuccessAt),
          "read every": everyText(sync.everySeconds),
          "changes every": everyText(sync.followSeconds),
          ...(sync.reason === null ? {} : { trouble: `${sync.reason}: ${sync.detail}` }),
        }),
  });

/** Never seen, though somebody could do something about it. */
const isOpen = ({ worstSeconds, remedy }: Entry): boolean => worstSeconds === null && remedy !== null;

const view = (found: Diagnosis): View => {
  const { slug, reason, detail, sees, lacks, ledger } = found;
  if (reason !== null)
    return { lines: [{ text: `It fails (${reason}): ${detail}` }], talk: remedyText(reason, slug) };
  const todo = [...lacks, ...ledger].flatMap(({ what, remedy }) =>
    remedy === null ? [] : [{ what, remedy }],
  );
  return {
    lines: [
      ...stateLines(found),
      { text: "" },
      ...sees.map((what) => ({ text: `sees   ${what}` })),
      ...lacks.map(({ what }) => ({ text: `lacks  ${what}` })),
      { text: "" },
      ...table<Entry>(
        {
          CHANGES: ({ what }) => what,
          "TOLD BY": ({ coveredBy }) => coverageText[coveredBy] ?? coveredBy.toLowerCase(),
          "AT WORST": worstText,
        },
        ledger,
      ),
      ...(todo.length === 0
        ? []
        : [
            { text: "" },
            { text: "What to do", heading: true },
            ...todo.flatMap(({ what, remedy }) => [{ text: what }, { text: `    ${remedy}` }]),
          ]),
    ],
    talk: lacks.length === 0 ? undefined : "What is lacking is not read, or not believed, until it is there.",
  };
};

export const doctor = asking({
  name: "doctor",
  does: "Says what a connection that is read sees and lacks, which changes it does not see at once, and what to do.",
  more: `Asks the system now, and changes nothing. "told by" says what brings a change here: the system's own events within
seconds, the next reading of everything, or nothing. "at worst" counts from when the system can tell it.
Exit code 1 when the system cannot be asked, 2 when something is lacking that somebody can put right.
Whether a SCIM client's own test would pass: rolebridge connection test.`,
  examples: [
    {
      command: "rolebridge connection doctor main",
      description: "How fresh is what we know, and what is missing?",
    },
    { command: "rolebridge connection doctor main --json", description: "The same for a program" },
  ],
  input: { slug },
  prints: Diagnosis,
  run: ({ slug }) => changeOrganization("diagnoseConnection", { connection: textArgument(slug) }, Diagnosis),
  view,
  failed: ({ reason }) => reason !== null,
  pending: ({ lacks, ledger }) => lacks.length > 0 || ledger.some(isOpen),
});
