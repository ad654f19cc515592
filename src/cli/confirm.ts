import { createInterface } from "node:readline";
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

/** What is typed; nothing where the input ends. Question and answer stand on stderr: stdout is for the result. */
const question = (text: string) =>
  Effect.callback<string>((resume) => {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    const end = (result: Effect.Effect<string>) => {
      resume(result);
      lines.close();
    };
    // The terminal is in raw mode: Ctrl-C arrives here, as a key.
    lines.once("SIGINT", () => end(Effect.interrupt));
    lines.once("close", () => end(Effect.succeed("")));
    lines.question(text, (answer) => end(Effect.succeed(answer)));
    return Effect.sync(() => lines.close());
  });

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
