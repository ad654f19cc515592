/** Does a connection work? Of a system that is read, the server tries; of a client that pushes, its test is played. */
import { Console, Effect, Option, Redacted, Schema } from "effect";
import { Flag } from "effect/cli";
import {
  askOrganization,
  Connection,
  ConnectionTest,
  changeOrganization,
  idArgument,
  NewToken,
  Probe,
  type ProbeStep,
  ScimToken,
  textArgument,
} from "../../client/index.ts";
import { asking } from "../../define.ts";
import { NotGiven, NotThere } from "../../failure.ts";
import type { Line, View } from "../../output/index.ts";
import { type ClientName, clientNames, probe } from "../../probe/index.ts";
import { durationText, remedyText } from "../../reading/index.ts";
import { givenSecrets } from "./kind.ts";
import { slug } from "./view.ts";

const answered = ({ latencyMillis, version, sees, lacks }: ConnectionTest): ReadonlyArray<Line> => [
  {
    text: `It answers in ${durationText(latencyMillis ?? 0)}${version === null ? "" : `, version ${version}`}.`,
  },
  ...sees.map((what) => ({ text: `  sees   ${what}` })),
  ...lacks.map(({ what, remedy }) => ({ text: `  lacks  ${what}: ${remedy}` })),
];

const readView = (tested: ConnectionTest, slug: string): View => {
  const { reason, detail, lacks } = tested;
  if (reason !== null) {
    return { lines: [{ text: `It fails (${reason}): ${detail}` }], talk: remedyText(reason, slug) };
  }
  return {
    lines: answered(tested),
    talk: lacks.length === 0 ? undefined : "What is lacking is not read, or not believed, until it is there.",
  };
};

const stepLines = ({ ok, step, request, got, millis, advice }: ProbeStep): ReadonlyArray<Line> => [
  { text: `${ok ? "✓" : "✗"} ${step}  ${durationText(millis)}` },
  { text: `    ${request}` },
  { text: `    ${got}` },
  ...(advice === null ? [] : [{ text: `    ${advice}`, heading: true }]),
];

const probeView = ({ address, as, ok, steps, notes }: Probe): View => {
  const failed = steps.filter((step) => !step.ok).length;
  return {
    lines: [{ text: `${address} as ${as}`, heading: true }, ...steps.flatMap(stepLines)],
    talk: [
      ok ? `All ${steps.length} steps are as they should be.` : `${failed} of ${steps.length} steps failed.`,
      ...notes,
    ].join("\n"),
  };
};

const findConnection = Effect.fnUntraced(function* (slug: string) {
  const found = (yield* askOrganization("connections", {}, Schema.Array(Connection))).find(
    (one) => one.slug === slug,
  );
  if (found !== undefined) return found;
  return yield* new NotThere({
    message: `There is no connection "${slug}" here. "rolebridge connection list" shows those there are.`,
  });
});

/** A token for this test only, ended with it. Where that fails, it ends by itself within ten minutes. */
const testToken = (connection: string) =>
  Effect.acquireRelease(
    changeOrganization("createTestToken", { connection: textArgument(connection) }, NewToken),
    ({ id }) =>
      changeOrganization("revokeScimToken", { id: idArgument(id) }, ScimToken).pipe(
        Effect.catch(() => Console.error("The test's token could not be ended: it ends in ten minutes.")),
      ),
  ).pipe(Effect.map(({ token }) => Redacted.make(token)));

interface Input {
  readonly slug: string;
  readonly as: Option.Option<ClientName>;
  readonly write: boolean;
  readonly tokenFile: Option.Option<string>;
}

/** The client's own token where a file has it, else one made for the test. */
const tokenFor = Effect.fnUntraced(function* ({ slug, tokenFile }: Input) {
  const { scimToken } = yield* givenSecrets({ scimToken: tokenFile });
  return scimToken === undefined ? yield* testToken(slug) : Redacted.make(scimToken.trim());
});

const runProbe = Effect.fnUntraced(function* (input: Input, address: string) {
  const as = Option.getOrElse(input.as, (): ClientName => "generic");
  const token = yield* tokenFor(input);
  return yield* probe(input.slug, as, { address, token }, input.write);
}, Effect.scoped);

const forScim = new NotGiven({
  message:
    "--as, --write and --scim-token-file are for SCIM connections: this one is read. Leave them out to test it.",
});

const run = Effect.fnUntraced(function* (input: Input) {
  const { scimUrl } = yield* findConnection(input.slug);
  if (scimUrl !== null) return yield* runProbe(input, scimUrl);
  if (Option.isSome(input.as) || input.write || Option.isSome(input.tokenFile)) return yield* forScim;
  return yield* changeOrganization(
    "testConnection",
    { connection: textArgument(input.slug) },
    ConnectionTest,
  );
});

export const test = asking({
  name: "test",
  does: "Tests a connection: asks the system that is read what its credential sees, or plays the test of a SCIM client.",
  more: `Of a SCIM connection, every request goes from here to its public address, as the client's would: through its
name, certificate and reverse proxy. It is made with a token that ends with the test, unless --scim-token-file gives
the client's own. Exit code 1 when a step fails.
Of one that is read: exit code 1 when the system cannot be asked, 2 when the credential lacks something.
Changes nothing, except with --write.`,
  examples: [
    { command: "rolebridge connection test main", description: "Does it still work?" },
    { command: "rolebridge connection test entra --as entra", description: "What Test Connection will say" },
    {
      command: "rolebridge connection test jumpcloud --as jumpcloud --write",
      description: "With a test person and a test group, which are deleted again",
    },
    {
      command: "rolebridge connection test okta --as okta --scim-token-file token.txt --json",
      description: "With the token that Okta has",
    },
  ],
  input: {
    slug,
    as: Flag.Literals("as", clientNames).pipe(
      Flag.withDescription("Whose test is played. Default: generic."),
      Flag.optional,
    ),
    write: Flag.Boolean("write").pipe(
      Flag.withDescription("Also create, change and delete a test person and a test group."),
      Flag.withDefault(false),
    ),
    tokenFile: Flag.String("scim-token-file").pipe(
      Flag.withMetavar("FILE"),
      Flag.withDescription("The file that holds the client's own SCIM token, - for stdin."),
      Flag.optional,
    ),
  },
  prints: Schema.Union([ConnectionTest, Probe]),
  run,
  view: (tested, { slug }) => ("steps" in tested ? probeView(tested) : readView(tested, slug)),
  failed: (tested) => ("steps" in tested ? !tested.ok : tested.reason !== null),
  pending: (tested) => !("steps" in tested) && tested.lacks.length > 0,
});
