/** From the settings of a kind to flags. Secrets come from files, stdin or the environment, never as a flag's value. */
import { readFileSync } from "node:fs";
import { Effect, Option } from "effect";
import { Flag } from "effect/cli";
import type { Argument } from "../../client/index.ts";
import { NotGiven } from "../../failure.ts";
import { environment } from "../../flags.ts";
import type { Kind } from "../../server.ts";

type Field = Kind["fields"][number];

/** `client-secret` of `clientSecret`. */
const dashed = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const fileFlag = (name: string): string => `${dashed(name)}-file`;

/** `ROLEBRIDGE_CLIENT_SECRET` of `clientSecret`. */
const variable = (name: string): string => `ROLEBRIDGE_${dashed(name).replaceAll("-", "_").toUpperCase()}`;

type TextFlag = Flag.Flag<Option.Option<string>>;
type TextFlags = Readonly<Record<string, TextFlag>>;

const plainFlag = ({ name, type }: Field): Flag.Flag<string> => {
  if (type === "boolean") return Flag.Literals(dashed(name), ["true", "false"]);
  return type === "number"
    ? Flag.Int(dashed(name)).pipe(Flag.map(String))
    : Flag.String(dashed(name)).pipe(Flag.withMetavar("TEXT"));
};

/** `isNeeded`: there is no default, and nothing else that says it. */
const settingFlag = (field: Field, isNeeded: boolean): TextFlag => {
  const otherwise = field.default ? ` Default: ${field.default}.` : "";
  const flag = plainFlag(field).pipe(Flag.withDescription(`${field.title}: ${field.help}${otherwise}`));
  return isNeeded ? Flag.map(flag, Option.some) : Flag.optional(flag);
};

const secretFlag = ({ name, title, help }: Field, isNew: boolean): TextFlag =>
  Flag.String(fileFlag(name)).pipe(
    Flag.withMetavar("FILE"),
    Flag.withDescription(
      `${title}: ${help} The file that holds it, - for stdin${isNew ? `; else ${variable(name)}` : ""}.`,
    ),
    Flag.optional,
  );

const byName = (fields: ReadonlyArray<Field>, flag: (field: Field) => TextFlag): TextFlags =>
  Object.fromEntries(fields.map((field) => [field.name, flag(field)]));

/**
 * Every setting as a flag. Of a new connection, those without a default must be given, save where the provider's own
 * description may say them.
 */
export const settingFlags = (
  fields: ReadonlyArray<Field>,
  isNew: boolean,
  described: ReadonlyArray<string> = [],
) => ({
  settings: byName(
    fields.filter(({ secret }) => !secret),
    (field) => settingFlag(field, isNew && field.default === null && !described.includes(field.name)),
  ),
  secrets: byName(
    fields.filter(({ secret }) => secret),
    (field) => secretFlag(field, isNew),
  ),
});

export const certificateAuthority = Flag.String("certificate-authority").pipe(
  Flag.withMetavar("FILE"),
  Flag.withDescription("PEM file of an authority of your own, trusted for this connection only."),
  Flag.optional,
);

export const unchecked = Flag.Boolean("unchecked").pipe(
  Flag.withDescription("Store it without trying it, and do not read it now."),
  Flag.withDefault(false),
);

/** Of kinds whose providers publish what they are. */
export const metadataFile = Flag.String("metadata-file").pipe(
  Flag.withMetavar("FILE"),
  Flag.withDescription(
    "The provider's metadata (SAML), instead of the settings that it gives: entity ID, address, certificates.",
  ),
  Flag.optional,
);

/** What stands in a file; `-` is stdin. */
export const readText = Effect.fnUntraced(function* (file: string, flag: string) {
  if (file === "-" && process.stdin.isTTY) {
    return yield* new NotGiven({ message: `--${flag} - reads stdin: pipe it in, or name a file.` });
  }
  return yield* Effect.try({
    try: () => readFileSync(file === "-" ? 0 : file, "utf8"),
    catch: () => new NotGiven({ message: `The file ${file} cannot be read. Name another with --${flag}.` }),
  });
});

/** Editors and `echo` end a file with a line break, which is no part of a secret. */
const secretIn = Effect.fnUntraced(function* (file: string, flag: string) {
  const secret = (yield* readText(file, flag)).replace(/\r?\n$/, "");
  if (secret !== "") return secret;
  return yield* new NotGiven({ message: `--${flag}: there is nothing in ${file === "-" ? "stdin" : file}.` });
});

type Texts = Readonly<Record<string, Option.Option<string>>>;

/** The secrets named by flags. */
export const givenSecrets = Effect.fnUntraced(function* (files: Texts) {
  const secrets: Record<string, string> = {};
  for (const [name, file] of Object.entries(files)) {
    if (Option.isSome(file)) secrets[name] = yield* secretIn(file.value, fileFlag(name));
  }
  return secrets;
});

/** Every secret of a new connection: by flag, else from the environment. */
export const neededSecrets = Effect.fnUntraced(function* ({ fields }: Kind, files: Texts) {
  const secrets = yield* givenSecrets(files);
  const variables = yield* environment;
  for (const { name, title } of fields.filter((field) => field.secret && field.default === null)) {
    const secret = secrets[name] ?? variables[variable(name)] ?? "";
    if (secret === "") {
      return yield* new NotGiven({
        message: `Which ${title.toLowerCase()}? Name the file that holds it with --${fileFlag(name)} (- reads stdin), or set ${variable(name)}. On the command line every user of this machine could see it.`,
      });
    }
    secrets[name] = secret;
  }
  return secrets;
});

/** As the server takes them: those that were given. */
export const settingsArgument = (settings: Texts, secrets: Readonly<Record<string, string>>): Argument => {
  const texts = Object.entries(settings).flatMap(([name, value]) =>
    Option.isSome(value) ? [{ name, value: value.value }] : [],
  );
  return {
    type: "[SettingInput!]!",
    value: [...texts, ...Object.entries(secrets).map(([name, value]) => ({ name, value }))],
  };
};
