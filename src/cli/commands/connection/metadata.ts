/** What a provider publishes of itself, against what is pinned. */
import { Effect, Option, Schema } from "effect";
import { Flag } from "effect/cli";
import {
  askOrganization,
  Connection,
  changeOrganization,
  MetadataDifference,
  optionalText,
  textArgument,
} from "../../client/index.ts";
import { asking } from "../../define.ts";
import { type Line, moment, table, type View } from "../../output/index.ts";
import { readText } from "./kind.ts";
import { slug } from "./view.ts";

type Certificate = MetadataDifference["certificates"][number];

const words: Readonly<Record<string, string>> = {
  KEPT: "pinned",
  ADDED: "NEW, not pinned",
  REMOVED: "pinned, GONE there",
};

const lines = ({ settings, certificates }: MetadataDifference): ReadonlyArray<Line> => [
  ...table<Certificate>(
    {
      CERTIFICATE: ({ change }) => words[change] ?? change.toLowerCase(),
      "SHA-256": ({ fingerprint }) => fingerprint,
      FROM: ({ validFrom }) => moment(validFrom),
      UNTIL: ({ validUntil }) => moment(validUntil),
    },
    certificates,
  ),
  ...settings.flatMap(({ name, before, after }) => [
    { text: name },
    { text: `  now   ${before}` },
    { text: `  then  ${after}` },
  ]),
];

const Shown = Schema.Struct({ ...MetadataDifference.fields, approved: Schema.Boolean });

/** One word for a shell. */
const quoted = (text: string): string =>
  /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

const approval = (connection: string, file: Option.Option<string>, hash: string): string =>
  [
    `rolebridge connection metadata ${connection}`,
    ...(Option.isSome(file) ? [`--file ${quoted(file.value)}`] : []),
    `--approve ${hash}`,
  ].join(" ");

const view = (found: typeof Shown.Type, connection: string, file: Option.Option<string>): View => {
  if (found.hash === null)
    return { lines: lines(found), talk: "All of it is pinned: there is no difference." };
  return {
    lines: [...lines(found), { text: `difference  ${found.hash}` }],
    talk: found.approved
      ? "Approved: from the next login on it counts."
      : `Nothing was changed. Compare the fingerprints with the provider's by another way, then: ${approval(connection, file, found.hash)}`,
  };
};

export const metadata = asking({
  name: "metadata",
  does: "Compares what a SAML provider's metadata says now with what is pinned. Exit code 2 when they differ.",
  more: `Reads the file, else the address that the connection was given, and changes nothing. --approve applies exactly the
difference that was shown, and fails when it is another one by now. What is of another provider is refused.`,
  examples: [
    { command: "rolebridge connection metadata sso", description: "Does it sign with another key soon?" },
    { command: "rolebridge connection metadata sso --file idp.xml", description: "Of a file" },
    {
      command:
        "rolebridge connection metadata sso --approve 5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
      description: "Exactly what was looked at",
    },
  ],
  input: {
    slug,
    file: Flag.String("file").pipe(
      Flag.withMetavar("FILE"),
      Flag.withDescription("The metadata, instead of what stands at the address; - for stdin."),
      Flag.optional,
    ),
    approve: Flag.String("approve").pipe(
      Flag.withMetavar("HASH"),
      Flag.withDescription("The difference's hash, as it was shown."),
      Flag.optional,
    ),
  },
  prints: Shown,
  run: Effect.fnUntraced(function* ({ slug, file, approve }) {
    const given = Option.isNone(file) ? file : Option.some(yield* readText(file.value, "file"));
    const document = optionalText(given);
    const connection = textArgument(slug);
    const found = yield* askOrganization("metadataDifference", { connection, document }, MetadataDifference);
    if (Option.isSome(approve)) {
      const difference = textArgument(approve.value);
      yield* changeOrganization("approveMetadata", { connection, difference, document }, Connection);
    }
    return { ...found, approved: Option.isSome(approve) };
  }),
  view: (found, { slug, file }) => view(found, slug, file),
  pending: ({ hash, approved }) => hash !== null && !approved,
});
