/** Documents that commands read: JSON from a file or from stdin. */
import { readFileSync } from "node:fs";
import { Effect } from "effect";
import { NotGiven } from "./failure.ts";

export const readText = Effect.fnUntraced(function* (file: string) {
  if (file === "-" && process.stdin.isTTY) {
    return yield* new NotGiven({ message: "Name a file, or pipe the document in." });
  }
  return yield* Effect.try({
    try: () => readFileSync(file === "-" ? 0 : file, "utf8"),
    catch: () => new NotGiven({ message: `The file ${file} cannot be read. Name another one.` }),
  });
});

/** The JSON in `file`; `-` is stdin. */
export const readDocument = Effect.fn("readDocument")(function* (file: string) {
  const text = yield* readText(file);
  return yield* Effect.try({
    try: (): unknown => JSON.parse(text),
    catch: (error) => {
      const why = error instanceof Error ? error.message : "";
      return new NotGiven({ message: `${file === "-" ? "What was piped in" : file} is no JSON: ${why}` });
    },
  });
});
