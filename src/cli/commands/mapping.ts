import { Effect, Option, Schema } from "effect";
import { Command, Flag } from "effect/cli";
import { withCel } from "../cel.ts";
import { askOrganization, changeOrganization, LintedMapping, Mapping } from "../client/index.ts";
import { asking, helped } from "../define.ts";
import { readDocument } from "../document.ts";
import { NotThere } from "../failure.ts";
import { findingLines, versionLines } from "../mapping/index.ts";
import type { Line } from "../output/index.ts";
import { covers } from "./coverage/index.ts";
import { replay } from "./past/index.ts";
import { preview } from "./plan/index.ts";
import { diff, lint, rollback, versions } from "./versions/index.ts";

const find = (state: "PUBLISHED" | "DRAFT") =>
  askOrganization("mapping", { state: { type: "MappingState!", value: state } }, Schema.NullOr(Mapping));

const Both = Schema.Struct({ published: Schema.NullOr(Mapping), draft: Schema.NullOr(Mapping) });
type Both = typeof Both.Type;

const bothLines = ({ published, draft }: Both, cel: boolean): ReadonlyArray<Line> => {
  const inForce = published === null ? [] : versionLines(published, cel);
  const waiting = draft === null ? [] : versionLines(draft, cel);
  const between = inForce.length > 0 && waiting.length > 0 ? [{ text: "" }] : [];
  return [...inForce, ...between, ...waiting];
};

const talk = ({ published, draft }: Both): string | undefined => {
  if (draft !== null) return "The draft waits to be put in force: rolebridge mapping publish";
  return published === null
    ? "No mapping yet: nobody gets a role. Write one: rolebridge mapping draft -f mapping.json"
    : undefined;
};

/** With each condition as a CEL text where that is wanted. */
const written = <M extends Mapping | null>(found: M, cel: boolean): M =>
  found === null || !cel ? found : { ...found, document: withCel(found.document) };

const ofVersion = Effect.fnUntraced(function* (version: number) {
  const args = { version: { type: "Int", value: version } };
  const found = yield* askOrganization("mapping", args, Schema.NullOr(Mapping));
  if (found !== null) return found;
  return yield* new NotThere({
    message: `There is no version ${version} of the mapping. "rolebridge mapping versions" shows those there are.`,
  });
});

const show = asking({
  name: "show",
  does: "Shows the mapping in force, and the draft where one waits, or one version. Exit code 2 when a draft waits.",
  examples: [
    { command: "rolebridge mapping show", description: "The rules as a table" },
    { command: "rolebridge mapping show --json", description: "With the documents as they are kept" },
    { command: "rolebridge mapping show --version 3", description: "What it was once" },
    {
      command: "rolebridge mapping show --cel --json | jq .published.document",
      description: "The document with each condition as a CEL text, to be changed and drafted again",
    },
  ],
  input: {
    version: Flag.Int("version").pipe(
      Flag.withMetavar("N"),
      Flag.withDescription("This version only, whatever became of it."),
      Flag.optional,
    ),
    cel: Flag.Boolean("cel").pipe(
      Flag.withDescription("Write the conditions in CEL."),
      Flag.withDefault(false),
    ),
  },
  prints: Schema.Union([Both, Mapping]),
  run: ({ version, cel }) =>
    Option.match(version, {
      onSome: (number) => Effect.map(ofVersion(number), (found) => written(found, cel)),
      onNone: () =>
        Effect.all({
          published: Effect.map(find("PUBLISHED"), (found) => written(found, cel)),
          draft: Effect.map(find("DRAFT"), (found) => written(found, cel)),
        }),
    }),
  view: (answer, { cel }) =>
    "version" in answer
      ? { lines: versionLines(answer, cel) }
      : { lines: bothLines(answer, cel), talk: talk(answer) },
  pending: (answer) => "draft" in answer && answer.draft !== null,
});

const draft = asking({
  name: "draft",
  does: "Checks a mapping and keeps it as the draft, in place of an earlier one. Nothing changes yet.",
  more: `The document, for example:
  { "rules": [ { "id": "engineers-develop",
                 "when": { "groupName": { "equals": "Engineering", "connection": "scim" } },
                 "grant": ["developer"] } ] }

A condition may also be a text in CEL:
  "when": "groups.exists(g, g.name == 'Engineering' && g.connection == 'scim')"`,
  examples: [
    { command: "rolebridge mapping draft -f mapping.json", description: "From a file" },
    {
      command: "rolebridge mapping show --json | jq .published.document | rolebridge mapping draft",
      description: "From stdin",
    },
  ],
  input: {
    file: Flag.String("file").pipe(
      Flag.withAlias("f"),
      Flag.withMetavar("FILE"),
      Flag.withDescription("The mapping as JSON; - or nothing: stdin."),
      Flag.withDefault("-"),
    ),
  },
  prints: LintedMapping,
  run: Effect.fnUntraced(function* ({ file }) {
    const document = { type: "JSON!", value: yield* readDocument(file) };
    return yield* changeOrganization("draftMapping", { document }, LintedMapping);
  }),
  view: (mapping) => ({
    lines: [...versionLines(mapping), ...findingLines(mapping.findings)],
    talk: "Kept as the draft. To see what it would change: rolebridge mapping preview\nTo put it in force without looking: rolebridge mapping publish",
  }),
});

const publish = asking({
  name: "publish",
  does: "Puts the draft in force.",
  more: `People get it with the next news of them; with --apply, everyone does now.
Without a draft, --apply has everyone looked at by the mapping in force.`,
  examples: [{ command: "rolebridge mapping publish --apply", description: "For everyone, at once" }],
  input: {
    apply: Flag.Boolean("apply").pipe(
      Flag.withDescription("Go through every account now."),
      Flag.withDefault(false),
    ),
  },
  prints: Mapping,
  run: ({ apply }) =>
    changeOrganization("publishMapping", { apply: { type: "Boolean!", value: apply } }, Mapping),
  view: (mapping, { apply }) => ({
    lines: versionLines(mapping),
    talk: apply
      ? 'In force. Jobs go through every account now: "rolebridge organization show" counts those that wait.'
      : "In force. Each person gets it with the next news of them.",
  }),
});

export const mapping = Command.make("mapping").pipe(
  Command.withSubcommands([show, draft, lint, preview, publish, versions, diff, rollback, covers, replay]),
  helped({
    does: "The mapping: the rules that turn groups into roles.",
    examples: [{ command: "rolebridge mapping show", description: "The rules in force" }],
  }),
);
