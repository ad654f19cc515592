import { existsSync, readFileSync } from "node:fs";
import { Data, Effect, Schema } from "effect";
import { complete, type Settings, SettingsInput, settingRows } from "./settings.ts";

/** A settings file or value that cannot be used. The message says which and why. */
export class BadSettings extends Data.TaggedError("BadSettings")<{ readonly message: string }> {}

type Texts = Readonly<Record<string, string | undefined>>;

const defaultFile = "config/rolebridge.json";
const names = settingRows.map((row) => row.name);
const FileForm = Schema.fromJsonString(
  Schema.Record(Schema.String, Schema.Union([Schema.String, Schema.Number])),
);

const fileName = (environment: Texts): string | undefined =>
  environment["ROLEBRIDGE_CONFIG"] ?? (existsSync(defaultFile) ? defaultFile : undefined);

const readFile = Effect.fn("readSettingsFile")(function* (file: string) {
  const bad = (why: string) => new BadSettings({ message: `The settings file ${file} ${why}` });
  const text = yield* Effect.try({
    try: () => readFileSync(file, "utf8"),
    catch: () => bad("cannot be read."),
  });
  const values = yield* Schema.decodeUnknownEffect(FileForm)(text).pipe(
    Effect.mapError(() => bad("must be a JSON object whose values are texts or numbers.")),
  );
  const unknown = Object.keys(values).find((name) => !names.includes(name));
  if (unknown !== undefined) return yield* bad(`has the unknown setting ${unknown}.`);
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
});

/** Reads the settings from `environment` and the file it names; the environment wins. Empty means absent. */
export const loadSettings = Effect.fn("loadSettings")(function* (environment: Texts, terminal: boolean) {
  const file = fileName(environment);
  const fromFile: Texts = file === undefined ? {} : yield* readFile(file);
  const given = Object.fromEntries(
    names
      .map((name) => [name, environment[name] || fromFile[name]] as const)
      .filter(([, value]) => value !== undefined && value !== ""),
  );
  const input = yield* Schema.decodeUnknownEffect(SettingsInput)(given).pipe(
    Effect.mapError((issue) => new BadSettings({ message: `A setting cannot be used. ${issue.message}` })),
  );
  return complete(input, terminal) satisfies Settings;
});
