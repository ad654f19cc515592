import { Option, Schema } from "effect";
import { Argument, Flag } from "effect/cli";
import { askOrganization, optionalText, Run } from "../../client/index.ts";
import { asking } from "../../define.ts";
import { first } from "../../limits.ts";
import { exactMoment, table } from "../../output/index.ts";
import { aboutText, tookText } from "../../reading/index.ts";

const changes = ({ steps }: Run): string =>
  String(steps.reduce((sum, { added, changed, removed }) => sum + added + changed + removed, 0));

const more = (found: ReadonlyArray<Run>, wanted: number): string | undefined => {
  const last = found.at(-1);
  if (last === undefined) return "No run yet.";
  return found.length === wanted ? `For older ones: rolebridge sync runs --before ${last.id}` : undefined;
};

export const runs = asking({
  name: "runs",
  does: "Lists the runs of a connection or of all, the newest first.",
  examples: [
    { command: "rolebridge sync runs", description: "Of every connection" },
    { command: "rolebridge sync runs main -n 10", description: "The last ten of one" },
  ],
  input: {
    connection: Argument.String("connection").pipe(
      Argument.withDescription("Only this connection's."),
      Argument.optional,
    ),
    first,
    before: Flag.String("before").pipe(
      Flag.withMetavar("ID"),
      Flag.withDescription("Only runs before this one."),
      Flag.optional,
    ),
  },
  prints: Schema.Array(Run),
  run: ({ connection, first, before }) =>
    askOrganization(
      "runs",
      {
        connection: optionalText(connection),
        first: { type: "Int!", value: first },
        before: { type: "ID", value: Option.getOrNull(before) },
      },
      Schema.Array(Run),
    ),
  view: (found, { first }) => ({
    lines: table<Run>(
      {
        ID: ({ id }) => id,
        CONNECTION: ({ connection }) => connection,
        STATE: ({ state }) => state.toLowerCase(),
        ABOUT: aboutText,
        BY: ({ trigger }) => trigger.toLowerCase(),
        ASKED: ({ requestedAt }) => exactMoment(requestedAt),
        TOOK: tookText,
        CHANGES: changes,
        "NOT KEPT": ({ failures }) => (failures.length === 0 ? "" : String(failures.length)),
        REASON: ({ reason }) => reason ?? "",
      },
      found,
    ),
    talk: more(found, first),
  }),
});
