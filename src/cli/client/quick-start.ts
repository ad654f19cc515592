import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Effect, Schema } from "effect";
import { loadSettings } from "../../../config/index.ts";
import { NotGiven } from "../failure.ts";
import { environment } from "../flags.ts";

const QuickStart = Schema.fromJsonString(
  Schema.Struct({
    url: Schema.String,
    organization: Schema.String,
    scimUrl: Schema.String,
    scimToken: Schema.String,
    operatorToken: Schema.String,
  }),
);

/** What the first start of a server left in its data folder, and in which file. */
export type QuickStartFile = typeof QuickStart.Type & { readonly file: string };

const unreadable = (file: string) =>
  new NotGiven({
    message: `${file} cannot be read as the file that a server's first start writes. Set ROLEBRIDGE_URL and ROLEBRIDGE_TOKEN instead.`,
  });

/** Where `quickstart.json` is looked for. */
export const quickStartPath = Effect.fn("quickStartPath")(function* () {
  const { dataFolder } = yield* loadSettings(yield* environment, false);
  return join(dataFolder, "quickstart.json");
});

/** `quickstart.json` of the data folder; undefined where there is none. */
export const readQuickStart = Effect.fn("readQuickStart")(function* () {
  const file = yield* quickStartPath();
  if (!existsSync(file)) return undefined;
  const text = yield* Effect.try({ try: () => readFileSync(file, "utf8"), catch: () => unreadable(file) });
  const values = yield* Effect.mapError(Schema.decodeEffect(QuickStart)(text), () => unreadable(file));
  return { ...values, file } satisfies QuickStartFile as QuickStartFile;
});
