/** Other settings, another secret, another schedule, strict or not. */
import { Effect, Option } from "effect";
import { Flag } from "effect/cli";
import { type Argument, Connection, changeOrganization, textArgument } from "../../client/index.ts";
import { asking } from "../../define.ts";
import { NotGiven } from "../../failure.ts";
import { every } from "../../reading/index.ts";
import type { Kind } from "../../server.ts";
import {
  certificateAuthority,
  givenSecrets,
  readText,
  settingFlags,
  settingsArgument,
  unchecked,
} from "./kind.ts";
import { slug, view } from "./view.ts";

const none = "none";

/** Absent: stays. Empty: none from now on. */
const authorityArgument = Effect.fnUntraced(function* (file: Option.Option<string>) {
  if (Option.isNone(file)) return {};
  const value = file.value === none ? "" : yield* readText(file.value, "certificate-authority");
  return { certificateAuthority: { type: "String", value } satisfies Argument };
});

const nothing = new NotGiven({
  message: "What is to change? Name at least one flag: rolebridge connection set --help shows them.",
});

/** The settings of all kinds: the server knows which of them the connection has. */
const allFields = (kinds: ReadonlyArray<Kind>) => [
  ...new Map(kinds.flatMap(({ fields }) => fields).map((field) => [field.name, field])).values(),
];

const isEmpty = ({ value }: Argument): boolean => Array.isArray(value) && value.length === 0;

const changeSettings = (
  connection: Argument,
  settings: Argument,
  authority: { readonly certificateAuthority?: Argument },
  isUnchecked: boolean,
) =>
  changeOrganization(
    "updateConnectionSettings",
    { connection, settings, ...authority, unchecked: { type: "Boolean!", value: isUnchecked } },
    Connection,
  );

const changeSchedule = (connection: Argument, seconds: number | null) =>
  changeOrganization("setSchedule", { connection, every: { type: "Int", value: seconds } }, Connection);

const changeStrictness = (connection: Argument, strict: boolean) =>
  changeOrganization(
    "setConnectionStrict",
    { connection, strict: { type: "Boolean!", value: strict } },
    Connection,
  );

export const set = (kinds: ReadonlyArray<Kind>) =>
  asking({
    name: "set",
    does: "Changes settings of a connection that is read, its secret, or how often; or how strict a SCIM connection is.",
    more: `The whole is tried first, and nothing changes where it does not work; then it is read.
With another address the secret must be given again: it is only sent to the address it was given for.`,
    examples: [
      { command: "rolebridge connection set main --every 1h", description: "Read every hour" },
      {
        command: "rolebridge connection set okta --strict",
        description: "The SCIM standard and nothing else",
      },
      ...(kinds.length === 0
        ? []
        : [
            {
              command: "rolebridge connection set main --client-secret-file secret.txt",
              description: "Another secret",
            },
          ]),
    ],
    input: {
      slug,
      ...settingFlags(allFields(kinds), false),
      every: every.pipe(
        Flag.withDescription("How often it is read, 1m to 24h, or off for only when asked."),
        Flag.optional,
      ),
      certificateAuthority: certificateAuthority.pipe(
        Flag.withDescription(`PEM file of an authority of your own; ${none} takes it away.`),
      ),
      unchecked,
      strict: Flag.Boolean("strict").pipe(
        Flag.withDescription(
          "Refuse what the SCIM interoperability profile refuses; --no-strict bears with clients as they are.",
        ),
        Flag.optional,
      ),
    },
    prints: Connection,
    run: Effect.fnUntraced(function* (input) {
      const connection = textArgument(input.slug);
      const settings = settingsArgument(input.settings, yield* givenSecrets(input.secrets));
      const authority = yield* authorityArgument(input.certificateAuthority);
      const changes = [
        ...(isEmpty(settings) && Option.isNone(input.certificateAuthority)
          ? []
          : [changeSettings(connection, settings, authority, input.unchecked)]),
        ...Option.toArray(Option.map(input.every, ({ seconds }) => changeSchedule(connection, seconds))),
        ...Option.toArray(Option.map(input.strict, (strict) => changeStrictness(connection, strict))),
      ];
      return (yield* Effect.all(changes)).at(-1) ?? (yield* nothing);
    }),
    view,
  });
