/** New connections: those that push, and one command for each kind that is read. */
import { Effect, Option } from "effect";
import { Command, Flag } from "effect/cli";
import { Connection, changeOrganization, optionalText, textArgument } from "../../client/index.ts";
import { asking } from "../../define.ts";
import { NotGiven } from "../../failure.ts";
import { every } from "../../reading/index.ts";
import type { Kind } from "../../server.ts";
import {
  certificateAuthority,
  metadataFile,
  neededSecrets,
  readText,
  settingFlags,
  settingsArgument,
  unchecked,
} from "./kind.ts";
import { newSlug, view } from "./view.ts";

const kinds = ["scim", "keycloak", "zitadel", "saml", "oidc", "scim-client"] as const;

const kindArgument = (kind: string) => ({
  type: "ConnectionKind!",
  value: kind.toUpperCase().replace("-", "_"),
});

const name = Flag.String("name").pipe(
  Flag.withDescription("Name for people; by default the slug."),
  Flag.optional,
);

const fileText = (file: Option.Option<string>, flag: string) =>
  Option.isNone(file)
    ? Effect.succeed(Option.none<string>())
    : Effect.map(readText(file.value, flag), Option.some);

const exampleFlags = ({ fields, describing }: Kind): string =>
  describing !== undefined ? "--metadata-file idp.xml" : flagsOf(fields);

const flagsOf = (fields: Kind["fields"]): string =>
  fields
    .filter((field) => field.default === null)
    .map(({ name, secret }) => {
      const flag = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      return secret ? `--${flag}-file secret.txt` : `--${flag} ${exampleValue(name)}`;
    })
    .join(" ");

const exampleValue = (name: string): string => (/url|issuer/i.test(name) ? "https://id.acme.test" : "acme");

const nextText = ({ slug, waits }: Connection): string =>
  waits ? `\nThen, what would follow as it counts: rolebridge connection preview ${slug}` : "";

const addKind = (kind: Kind) =>
  asking({
    name: kind.kind,
    does: `Adds a connection that reads people and groups from ${kind.title}.`,
    more: `It is tried first: where it does not work, or its credential cannot see everything, nothing is stored.
Then the first sync begins. With --plan-first nothing of it counts before you have seen what would follow. Secrets are read from a file, stdin or the environment, never from a flag's value.`,
    examples: [
      {
        command: `rolebridge connection add ${kind.kind} main ${exampleFlags(kind)}`,
        description: "Read every 15 minutes",
      },
      {
        command: `rolebridge connection add ${kind.kind} main ${exampleFlags(kind)} --every off --unchecked`,
        description: "Only stored: neither tried nor read until it is asked for",
      },
    ],
    input: {
      slug: newSlug,
      name,
      ...settingFlags(kind.fields, true),
      every: every.pipe(
        Flag.withDescription("How often it is read, 1m to 24h, or off for only when asked."),
        Flag.withDefault({ seconds: 900 as number | null }),
      ),
      certificateAuthority,
      unchecked,
      planFirst: Flag.Boolean("plan-first").pipe(
        Flag.withDescription("Read it, and have it count only when the plan of its first sync is applied."),
        Flag.withDefault(false),
      ),
    },
    prints: Connection,
    run: Effect.fnUntraced(function* (input) {
      const secrets = yield* neededSecrets(kind, input.secrets);
      return yield* changeOrganization(
        "addConnection",
        {
          kind: kindArgument(kind.kind),
          slug: textArgument(input.slug),
          name: optionalText(input.name),
          settings: settingsArgument(input.settings, secrets),
          every: { type: "Int", value: input.every.seconds },
          certificateAuthority: optionalText(
            yield* fileText(input.certificateAuthority, "certificate-authority"),
          ),
          unchecked: { type: "Boolean!", value: input.unchecked },
          planFirst: { type: "Boolean!", value: input.planFirst },
        },
        Connection,
      );
    }),
    view: (connection, { unchecked }) => ({
      ...view(connection),
      talk: unchecked
        ? `Stored, and not tried. Next: rolebridge connection test ${connection.slug}`
        : `Added, and its first sync has begun. To watch it: rolebridge sync now ${connection.slug}${nextText(connection)}`,
    }),
  });

const signInKind = (kind: Kind) =>
  asking({
    name: kind.kind,
    does: `Adds a connection that people sign in through: ${kind.title}.`,
    more: `It is tried first: where its provider does not answer, nothing is stored. Secrets are read from a file, stdin or the environment, never from a flag's value.`,
    examples: [
      {
        command: `rolebridge connection add ${kind.kind} sso ${exampleFlags(kind)}`,
        description: "Tried, and ready for logins",
      },
    ],
    input: {
      slug: newSlug,
      name,
      ...settingFlags(kind.fields, true, kind.describing?.fills),
      metadataFile: kind.describing === undefined ? Flag.optional(Flag.Never) : metadataFile,
      certificateAuthority,
      unchecked,
      sameDirectory: Flag.String("same-directory").pipe(
        Flag.withDescription(
          "Another connection to the same people: declared one directory with it at once.",
        ),
        Flag.optional,
      ),
    },
    prints: Connection,
    run: Effect.fnUntraced(function* (input) {
      const secrets = yield* neededSecrets(kind, input.secrets);
      const metadata = yield* fileText(input.metadataFile, "metadata-file");
      return yield* changeOrganization(
        "addConnection",
        {
          kind: kindArgument(kind.kind),
          slug: textArgument(input.slug),
          name: optionalText(input.name),
          settings: settingsArgument(input.settings, secrets),
          certificateAuthority: optionalText(
            yield* fileText(input.certificateAuthority, "certificate-authority"),
          ),
          unchecked: { type: "Boolean!", value: input.unchecked },
          sameDirectoryAs: optionalText(input.sameDirectory),
          metadata: optionalText(metadata),
        },
        Connection,
      );
    }),
    view: (connection) => ({
      ...view(connection),
      talk: `Added. At the provider allow this address to be returned to: your server's, and /login/ORGANIZATION/${connection.slug}/callback
Next, what people sign in to: rolebridge application create SLUG --return-to https://app.acme.test/signed-in`,
    }),
  });

/** Whatever has settings has a command of its own, with these as flags. */
const mustBePlain = (kind: string, read: ReadonlyArray<Kind>) =>
  read.some((one) => one.kind === kind)
    ? Effect.fail(
        new NotGiven({ message: `For what ${kind} needs: rolebridge connection add ${kind} --help` }),
      )
    : Effect.void;

export const add = (read: ReadonlyArray<Kind>) =>
  asking({
    name: "add",
    does: "Adds a connection to an outside system: one that pushes by SCIM, or one of the kinds below that is read.",
    examples: [
      {
        command: 'rolebridge connection add okta --name "Okta, production"',
        description: "A system that pushes by SCIM",
      },
      ...read.map((kind) => ({
        command: `rolebridge connection add ${kind.kind} main ${exampleFlags(kind)}`,
        description: `${kind.title}, ${kind.signsIn === true ? "which people sign in through" : "which is read"}`,
      })),
    ],
    input: {
      slug: newSlug,
      kind: Flag.Literals("kind", kinds).pipe(
        Flag.withDescription("What it speaks."),
        Flag.withDefault("scim" as const),
      ),
      name,
    },
    prints: Connection,
    run: Effect.fnUntraced(function* ({ slug, kind, name }) {
      yield* mustBePlain(kind, read);
      return yield* changeOrganization(
        "addConnection",
        { kind: kindArgument(kind), slug: textArgument(slug), name: optionalText(name) },
        Connection,
      );
    }),
    view: (connection) => ({
      ...view(connection),
      talk: `Added. Next, in the same organization, make the token it signs in with: rolebridge token create ${connection.slug}`,
    }),
  }).pipe(
    Command.withSubcommands(read.map((kind) => (kind.signsIn === true ? signInKind(kind) : addKind(kind)))),
  );
