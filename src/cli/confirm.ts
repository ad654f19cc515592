import { createInterface } from "node:readline/promises";
import { Effect } from "effect";
import { Flag } from "effect/cli";
import { NotGiven } from "./failure.ts";
import { plain } from "./output/index.ts";

/** Skips the question of a command that ends something. */
export const yes = Flag.Boolean("yes").pipe(
  Flag.withAlias("y"),
  Flag.withDescription("Do it without asking."),
  Flag.withDefault(false),
);

/** The question and the answer stand on stderr: stdout is for the result. */
const question = (text: string) =>
  Effect.acquireUseRelease(
    Effect.sync(() => createInterface({ input: process.stdin, output: process.stderr })),
    (lines) => Effect.promise((signal) => lines.question(text, { signal })),
    (lines) => Effect.sync(() => lines.close()),
  );

/**
 * Goes on only when the person types `name`, or has said `--yes`. Where nobody can be asked, it says what to add.
 * `consequence` is a whole sentence.
 */
export const confirm = Effect.fn("confirm")(function* (name: string, consequence: string, agreed: boolean) {
  if (agreed) return;
  if (!process.stdin.isTTY) {
    return yield* new NotGiven({
      message: `${consequence} There is no terminal to confirm it at: add --yes if you mean it.`,
    });
  }
  const typed = yield* question(plain(`${consequence} Type ${name} to go on: `));
  if (typed.trim() === name) return;
  return yield* new NotGiven({ message: `That was not "${name}": nothing was changed.` });
});
