import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Data, Effect, Redacted } from "effect";
import { hasMasterKey, isMasterKey } from "../store/index.ts";

/** The master key cannot be used. The server does not start: it would write secrets nobody can read. */
export class BadMasterKey extends Data.TaggedError("BadMasterKey")<{ readonly message: string }> {}

const bytes = 32;

const decode = (text: string, from: string) => {
  const key = Buffer.from(text.trim(), "base64");
  return key.length === bytes
    ? Effect.succeed(Redacted.make<Uint8Array>(key))
    : Effect.fail(new BadMasterKey({ message: `${from} must be ${bytes} random bytes in base64.` }));
};

const make = (folder: string, file: string) => {
  const text = randomBytes(bytes).toString("base64");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(file, `${text}\n`, { mode: 0o600, flag: "wx" });
  return text;
};

const fileIn = (folder: string) => join(folder, "master.key");

const noKey = new BadMasterKey({
  message:
    "This database has a master key already, and this instance has none. Set ROLEBRIDGE_MASTER_KEY to the key the first instance uses.",
});

const wrongKey = new BadMasterKey({
  message:
    "This is not the master key the database was first used with. Set ROLEBRIDGE_MASTER_KEY to that key, or put the data folder's master.key back.",
});

/** The master key, checked against the database: a wrong one must not write what nobody could read later. */
export const openMasterKey = Effect.fn("openMasterKey")(function* (
  folder: string,
  configured: Redacted.Redacted<string> | undefined,
) {
  const missing = configured === undefined && !existsSync(fileIn(folder));
  if (missing && (yield* hasMasterKey())) return yield* noKey;
  const key = yield* loadMasterKey(folder, configured);
  return (yield* isMasterKey(key)) ? key : yield* wrongKey;
});

/** The key of the settings, else the one in the data folder, which the first start makes. */
export const loadMasterKey = Effect.fn("loadMasterKey")(function* (
  folder: string,
  configured: Redacted.Redacted<string> | undefined,
) {
  if (configured !== undefined) return yield* decode(Redacted.value(configured), "ROLEBRIDGE_MASTER_KEY");
  const file = fileIn(folder);
  if (existsSync(file)) return yield* decode(readFileSync(file, "utf8"), file);
  yield* Effect.logWarning(
    `Made a master key in ${file}. Back it up, or set ROLEBRIDGE_MASTER_KEY: without it stored secrets are lost.`,
  );
  return yield* decode(make(folder, file), file);
});
