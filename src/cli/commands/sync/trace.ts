/** One person or one group now, from the source to what follows, in five steps. */
import { Effect, Option, Schema } from "effect";
import { Argument, Flag } from "effect/cli";
import { changeOrganization, GroupTrace, PersonTrace, Run, textArgument } from "../../client/index.ts";
import { asking } from "../../define.ts";
import { NotGiven } from "../../failure.ts";
import type { View } from "../../output/index.ts";
import { remedyText, tookText } from "../../reading/index.ts";
import { groupLines, personLines } from "./trace-view.ts";
import { watch } from "./watch.ts";

const run = Schema.NullOr(Run);
const Traced = Schema.Union([
  Schema.Struct({ trace: PersonTrace, run }),
  Schema.Struct({ group: GroupTrace, run }),
]);
type Traced = typeof Traced.Type;

const unkept = (traced: Traced, slug: string): string => {
  const isThere = "group" in traced ? traced.group.found : traced.trace.found;
  if (!isThere) return "There was nothing to keep.";
  const what = "group" in traced ? "What" : "Whom";
  return `${what} we do not know yet is kept by reading everyone: rolebridge sync now ${slug}`;
};

const talk = (traced: Traced, dry: boolean, slug: string): string => {
  const { run } = traced;
  if (dry) return "Nothing was written.";
  if (run === null) return unkept(traced, slug);
  if (run.state !== "DONE")
    return `It was not kept (${run.reason}): ${run.detail}\n${remedyText(run.reason, slug)}`;
  const next =
    "group" in traced ? "What it did: rolebridge sync show" : "What they have now: rolebridge explain";
  return `Kept in ${tookText(run)}. ${next} ${"group" in traced ? run.id : "EMAIL"}`;
};

const view = (traced: Traced, dry: boolean, slug: string): View => ({
  lines: "group" in traced ? groupLines(traced.group) : personLines(traced.trace),
  talk: talk(traced, dry, slug),
});

interface Asked {
  readonly slug: string;
  readonly dry: boolean;
}

const argumentsOf = ({ slug, dry }: Asked, kind: "user" | "group", name: string) => ({
  connection: textArgument(slug),
  [kind]: textArgument(name),
  apply: { type: "Boolean!", value: !dry },
});

const watched = (id: string | null) => (id === null ? Effect.succeed(null) : watch(id));

const ofPerson = Effect.fnUntraced(function* (asked: Asked, name: string) {
  const trace = yield* changeOrganization("tracePerson", argumentsOf(asked, "user", name), PersonTrace);
  return { trace, run: yield* watched(trace.runId) };
});

const ofGroup = Effect.fnUntraced(function* (asked: Asked, name: string) {
  const group = yield* changeOrganization("traceGroup", argumentsOf(asked, "group", name), GroupTrace);
  return { group, run: yield* watched(group.runId) };
});

const oneOfBoth = new NotGiven({ message: "Give one of both: --user EMAIL|ID or --group NAME|ID." });

export const trace = asking({
  name: "trace",
  does: "Reads one person or group now and shows what follows, in five steps: read, scope, match, map, act. Exit code 1 when it could not be kept.",
  more: `read: what the source says.  scope: what of it counts.  match: which account or group it is, and why.
map: what the mapping makes of it, and which rules nearly apply.  act: what changes here, and what is written outside.
What was read is kept, as by "sync now"; --dry only shows it, and writes nothing.`,
  examples: [
    {
      command: "rolebridge sync trace main --user ada@acme.test",
      description: "Now, with everything that follows",
    },
    { command: "rolebridge sync trace main --group Engineering --dry", description: "Only shown" },
  ],
  input: {
    slug: Argument.String("connection").pipe(Argument.withDescription("The connection's slug.")),
    user: Flag.String("user").pipe(
      Flag.withMetavar("EMAIL|ID"),
      Flag.withDescription("By email, userName or the source's own id."),
      Flag.optional,
    ),
    group: Flag.String("group").pipe(
      Flag.withMetavar("NAME|ID"),
      Flag.withDescription("A group or role, with the groups nested in it, by name or id."),
      Flag.optional,
    ),
    dry: Flag.Boolean("dry").pipe(Flag.withDescription("Write nothing."), Flag.withDefault(false)),
  },
  prints: Traced,
  run: Effect.fnUntraced(function* ({ user, group, ...asked }) {
    if (Option.isSome(user) === Option.isSome(group)) return yield* oneOfBoth;
    return Option.isSome(user)
      ? yield* ofPerson(asked, user.value)
      : yield* ofGroup(
          asked,
          Option.getOrElse(group, () => ""),
        );
  }),
  view: (traced, { slug, dry }) => view(traced, dry, slug),
  failed: ({ run }) => run !== null && run.state !== "DONE",
});
