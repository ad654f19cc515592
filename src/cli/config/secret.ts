/** Secrets where the command line runs: in its environment or in a file. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Effect } from "effect";
import { NotGiven } from "../failure.ts";
import { environment } from "../flags.ts";
import type { Reference } from "./document.ts";

const mostSecret = 20_000;

/** A file that somebody else wrote must not send these anywhere. */
const ours = new Set(["ROLEBRIDGE_TOKEN", "ROLEBRIDGE_MASTER_KEY", "DATABASE_URL", "MIGRATION_DATABASE_URL"]);

const otherwise = "or take the secret out of the document where one is stored: that one stays";

const fromEnvironment = Effect.fnUntraced(function* (name: string) {
  if (ours.has(name)) {
    return yield* new NotGiven({
      message: `${name} is Rolebridge's own: no connection gets it. Use another variable.`,
    });
  }
  const value = (yield* environment)[name] ?? "";
  if (value !== "") return value;
  return yield* new NotGiven({
    message: `The variable ${name} is not set. Set it to the secret, ${otherwise}.`,
  });
});

/** Editors and `echo` end a file with a line break, which is no part of a secret. */
const fromFile = Effect.fnUntraced(function* (file: string, folder: string) {
  const text = yield* Effect.try({
    try: () => readFileSync(resolve(folder, file), "utf8").replace(/\r?\n$/, ""),
    catch: () =>
      new NotGiven({ message: `The file ${file} cannot be read. Name another one, ${otherwise}.` }),
  });
  if (text !== "" && text.length <= mostSecret) return text;
  return yield* new NotGiven({ message: `The file ${file} does not hold 1 to ${mostSecret} characters.` });
});

/** The secret itself. `folder`: what the path of a file begins at. */
export const readSecret = (from: Reference, folder: string) =>
  "env" in from ? fromEnvironment(from.env) : fromFile(from.file, folder);
