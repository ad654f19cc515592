/** The flags that every command takes. */
import { Effect, Option } from "effect";
import { Flag, GlobalFlag } from "effect/cli";

const text = (name: string, metavar: string, help: string) =>
  Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(help), Flag.optional);

/** Where the server is. */
export const ServerUrl = GlobalFlag.Setting("url")({
  flag: text("url", "URL", "Address of the server. Else ROLEBRIDGE_URL, else quickstart.json's."),
});

/** Who asks. */
export const Token = GlobalFlag.Setting("token")({
  flag: Flag.Redacted("token").pipe(
    Flag.withMetavar("TOKEN"),
    Flag.withDescription(
      "Operator token. Better ROLEBRIDGE_TOKEN: a token on the command line is visible to every user of this machine.",
    ),
    Flag.optional,
  ),
});

/** Which organization the command is about. */
export const OrganizationFlag = GlobalFlag.Setting("organization")({
  flag: text(
    "organization",
    "SLUG",
    "Organization to work in. Else ROLEBRIDGE_ORGANIZATION, else quickstart.json's.",
  ).pipe(Flag.withAlias("o")),
});

/** Print the result as JSON? */
export const AsJson = GlobalFlag.Setting("json")({
  flag: Flag.Boolean("json").pipe(
    Flag.withDescription("Print the result as JSON, in the form that the command's help shows."),
    Flag.withDefault(false),
  ),
});

/** The data folder, with quickstart.json in it. */
export const DataFolder = GlobalFlag.Setting("data")({
  flag: text("data", "FOLDER", "Data folder. Else ROLEBRIDGE_DATA, else ./data."),
});

export const globalFlags = [ServerUrl, Token, OrganizationFlag, AsJson, DataFolder] as const;

/** The environment as the settings read it: `--data` stands for ROLEBRIDGE_DATA. */
export const environment = Effect.gen(function* () {
  const folder = yield* DataFolder;
  return Option.isSome(folder) ? { ...process.env, ROLEBRIDGE_DATA: folder.value } : process.env;
});
