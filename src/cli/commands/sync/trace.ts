/** One person now, from their source to what follows, in five steps. */
import { Effect, Schema } from "effect";
import { Argument, Flag } from "effect/cli";
import { changeOrganization, PersonTrace, Run, textArgument } from "../../client/index.ts";
import { asking } from "../../define.ts";
import type { Line, View } from "../../output/index.ts";
import { remedyText, tookText } from "../../reading/index.ts";
import { watch } from "./watch.ts";

const Traced = Schema.Struct({ trace: PersonTrace, run: Schema.NullOr(Run) });
type Traced = typeof Traced.Type;

const step = (name: string, lines: ReadonlyArray<string>): ReadonlyArray<Line> => [
  { text: name, heading: true },
  ...lines.map((text) => ({ text: `  ${text}` })),
];

const readLines = ({ sourceId, found, resource, groups }: PersonTrace): ReadonlyArray<string> =>
  found
    ? [
        `${sourceId}: ${JSON.stringify(resource)}`,
        ...groups.map(
          ({ id, name, kind, isOurs, isKnown }) =>
            `in ${name} (${kind.toLowerCase().replace("_", "-")} ${id})${isOurs ? ", put there by us" : ""}${isKnown ? "" : ", new here"}`,
        ),
      ]
    : [`${sourceId}: nobody`];

const matchLines = ({ accountId, match, candidates }: PersonTrace): ReadonlyArray<string> => [
  accountId === null ? match : `${accountId}: ${match}`,
  ...candidates.map(
    (one) => `${one.accountId}: alike by ${one.via}${one.why === null ? ", links" : `, but ${one.why}`}`,
  ),
];

type Role = PersonTrace["roles"][number];
const roleText = ({ role, scope }: Role): string => (scope === "" ? role : `${role} in ${scope}`);

const mapLines = ({ active, because, roles, denied, misses }: PersonTrace): ReadonlyArray<string> => [
  active ? "active" : `inactive: ${because}`,
  ...roles.map((one) => `${roleText(one)}, by ${one.rules.join(", ")}`),
  ...denied.map((role) => `${role} is denied`),
  ...misses.map(({ rule, role, missing }) => `not ${role} by ${rule}: ${missing.join("; ")}`),
];

const actLines = ({ gained, lost, pushes }: PersonTrace): ReadonlyArray<string> => [
  ...gained.map((one) => `+ ${roleText(one)}`),
  ...lost.map((one) => `- ${roleText(one)}`),
  ...(gained.length + lost.length === 0 ? ["no role changes"] : []),
  ...pushes.flatMap(({ connection, mode, changes }) =>
    changes === null
      ? [`${connection}: what is to be written is found out there`]
      : changes.map((text) => `${connection}: ${text}${mode === "OBSERVE" ? " (observed only)" : ""}`),
  ),
];

const talk = ({ trace, run }: Traced, dry: boolean, slug: string): string => {
  if (dry) return "Nothing was written.";
  if (run === null)
    return trace.found
      ? `Whom we do not know yet is kept by reading everyone: rolebridge sync now ${slug}`
      : "There was nothing to keep.";
  if (run.state === "DONE") return `Kept in ${tookText(run)}. What they have now: rolebridge explain EMAIL`;
  return `It was not kept (${run.reason}): ${run.detail}\n${remedyText(run.reason, slug)}`;
};

const view = (traced: Traced, dry: boolean, slug: string): View => ({
  lines: [
    ...step("1 read", readLines(traced.trace)),
    ...step("2 scope", traced.trace.scope),
    ...step("3 match", matchLines(traced.trace)),
    ...step("4 map", mapLines(traced.trace)),
    ...step("5 act", actLines(traced.trace)),
  ],
  talk: talk(traced, dry, slug),
});

export const trace = asking({
  name: "trace",
  does: "Reads one person now and shows what follows, in five steps: read, scope, match, map, act. Exit code 1 when it could not be kept.",
  more: `read: what the source says.  scope: what of it counts.  match: which account it is, and why.
map: what the mapping makes of it, and which rules nearly apply.  act: what changes here, and what is written outside.
What was read is kept, as by "sync now --person"; --dry only shows it, and writes nothing.`,
  examples: [
    {
      command: "rolebridge sync trace main --user ada@acme.test",
      description: "Now, with everything that follows",
    },
    { command: "rolebridge sync trace main --user ada@acme.test --dry", description: "Only shown" },
  ],
  input: {
    slug: Argument.String("connection").pipe(Argument.withDescription("The connection's slug.")),
    user: Flag.String("user").pipe(
      Flag.withMetavar("EMAIL|ID"),
      Flag.withDescription("By email, userName or the source's own id."),
    ),
    dry: Flag.Boolean("dry").pipe(Flag.withDescription("Write nothing."), Flag.withDefault(false)),
  },
  prints: Traced,
  run: Effect.fnUntraced(function* ({ slug, user, dry }) {
    const trace = yield* changeOrganization(
      "tracePerson",
      {
        connection: textArgument(slug),
        user: textArgument(user),
        apply: { type: "Boolean!", value: !dry },
      },
      PersonTrace,
    );
    return { trace, run: trace.runId === null ? null : yield* watch(trace.runId) };
  }),
  view: (traced, { slug, dry }) => view(traced, dry, slug),
  failed: ({ run }) => run !== null && run.state !== "DONE",
});
