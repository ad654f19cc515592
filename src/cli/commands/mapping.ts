import { Effect, Result, Schema } from "effect";
import { Command, Flag } from "effect/cli";
import { decodeMapping, toCel } from "../../mapping/index.ts";
import { withCel } from "../cel.ts";
import { askOrganization, changeOrganization, Mapping } from "../client/index.ts";
import { asking, helped } from "../define.ts";
import { readDocument } from "../document.ts";
import { jsonText, type Line, moment } from "../output/index.ts";
import { ruleLines } from "../rule.ts";
import { replay } from "./past/index.ts";

/** The rules in words; as JSON where a newer server wrote something this command does not know. */
const documentLines = (document: unknown, cel: boolean): ReadonlyArray<Line> =>
  Result.match(decodeMapping(document), {
    onSuccess: (mapping) => (cel ? ruleLines(mapping, toCel) : ruleLines(mapping)),
    onFailure: () =>
      jsonText(document)
        .split("\n")
        .map((text) => ({ text })),
  });

const versionLines = (mapping: Mapping, cel = false): ReadonlyArray<Line> => {
  const { version, state, createdAt, publishedAt, document } = mapping;
  const since = moment(publishedAt ?? createdAt);
  const title = `Version ${version}, ${state.toLowerCase()} since ${since}`;
  return [{ text: title }, { text: "" }, ...documentLines(document, cel)];
};

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

const show = asking({
  name: "show",
  does: "Shows the mapping in force, and the draft where one waits. Exit code 2 when one does.",
  examples: [
    { command: "rolebridge mapping show", description: "The rules as a table" },
    { command: "rolebridge mapping show --json", description: "With the documents as they are kept" },
    {
      command: "rolebridge mapping show --cel --json | jq .published.document",
      description: "The document with each condition as a CEL text, to be changed and drafted again",
    },
  ],
  input: {
    cel: Flag.Boolean("cel").pipe(
      Flag.withDescription("Write the conditions in CEL."),
      Flag.withDefault(false),
    ),
  },
  prints: Both,
  run: ({ cel }) => {
    const shown = (state: "PUBLISHED" | "DRAFT") =>
      Effect.map(find(state), (found) =>
        found === null || !cel ? found : { ...found, document: withCel(found.document) },
      );
    return Effect.all({ published: shown("PUBLISHED"), draft: shown("DRAFT") });
  },
  view: (both, { cel }) => ({ lines: bothLines(both, cel), talk: talk(both) }),
  pending: ({ draft }) => draft !== null,
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
  prints: Mapping,
  run: Effect.fnUntraced(function* ({ file }) {
    const document = { type: "JSON!", value: yield* readDocument(file) };
    return yield* changeOrganization("draftMapping", { document }, Mapping);
  }),
  view: (mapping) => ({
    lines: versionLines(mapping),
    talk: "Kept as the draft. To put it in force: rolebridge mapping publish",
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
  Command.withSubcommands([show, draft, publish, replay]),
  helped({
    does: "The mapping: the rules that turn groups into roles.",
    examples: [{ command: "rolebridge mapping show", description: "The rules in force" }],
  }),
);
