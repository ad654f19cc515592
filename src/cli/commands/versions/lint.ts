import { Effect, Option } from "effect";
import { Flag } from "effect/cli";
import { askOrganization, Lint } from "../../client/index.ts";
import { asking } from "../../define.ts";
import { readDocument } from "../../document.ts";
import { findingLines } from "../../mapping/index.ts";

type Linted = typeof Lint.Type;

const titleOf = ({ version, state }: Linted): string =>
  version === null ? "The document" : `Version ${version}, ${state}`;

const isError = ({ severity }: Linted["findings"][number]) => severity === "ERROR";

const talk = ({ findings }: Linted): string =>
  findings.length === 0
    ? "Nothing looks wrong."
    : `${findings.filter(isError).length} errors, ${findings.filter((one) => !isError(one)).length} warnings.`;

export const lint = asking({
  name: "lint",
  does: "Says what is likely wrong with the draft, else with the mapping in force, or with a file.",
  more: "Exit code 1 where something is wrong for sure, 0 where nothing is or something only may be.",
  examples: [
    { command: "rolebridge mapping lint", description: "The draft; without one, what is in force" },
    { command: "rolebridge mapping lint -f mapping.json", description: "A file, before it is a draft" },
  ],
  input: {
    file: Flag.String("file").pipe(
      Flag.withAlias("f"),
      Flag.withMetavar("FILE"),
      Flag.withDescription("A mapping as JSON, sent to the server and not kept; -: stdin."),
      Flag.optional,
    ),
  },
  prints: Lint,
  run: Effect.fnUntraced(function* ({ file }) {
    const value = Option.isSome(file) ? yield* readDocument(file.value) : null;
    return yield* askOrganization("mappingLint", { document: { type: "JSON", value } }, Lint);
  }),
  view: (answer) => ({
    lines: [{ text: titleOf(answer) }, ...findingLines(answer.findings)],
    talk: talk(answer),
  }),
  failed: ({ findings }) => findings.some(isError),
});
