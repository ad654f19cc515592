/** How a command is made: its help with an example and the form of its JSON, and how its result is printed. */
import { Effect, type Schema } from "effect";
import { Command } from "effect/cli";
import { shapeOf } from "./client/index.ts";
import { changesPending, failedAfterAll } from "./failure.ts";
import { print, type View } from "./output/index.ts";

/** A way to call the command, and what that does. */
export interface Example {
  readonly command: string;
  readonly description: string;
}

interface Help {
  readonly does: string;
  readonly more?: string;
  readonly examples: readonly [Example, ...ReadonlyArray<Example>];
}

interface Asking<Name extends string, Config extends Command.Command.Config, A, E, R> extends Help {
  readonly name: Name;
  readonly input: Config;
  /** What the command prints with `--json`. */
  readonly prints: Schema.Codec<A>;
  readonly run: (input: Command.Command.Config.Infer<Config>) => Effect.Effect<A, E, R>;
  /** The same for people. */
  readonly view: (answer: A, input: Command.Command.Config.Infer<Config>) => View;
  /** Does something wait for a person? Then the exit code is 2. */
  readonly pending?: (answer: A) => boolean;
  /** Is what was asked for not what came of it? Then the exit code is 1, though there is an answer to print. */
  readonly failed?: (answer: A) => boolean;
}

/** Later paragraphs stand as far in as the first. */
const description = (paragraphs: ReadonlyArray<string>): string =>
  paragraphs.join("\n\n").replaceAll("\n", "\n  ").replaceAll(/ +$/gm, "");

/** Gives a command its help. */
export const helped =
  ({ does, more, examples }: Help, json?: string) =>
  <Name extends string, Input, Context, E, R>(command: Command.Command<Name, Input, Context, E, R>) => {
    const paragraphs = [does, more, json === undefined ? undefined : `With --json: ${json}`];
    return command.pipe(
      Command.withDescription(description(paragraphs.filter((text) => text !== undefined))),
      Command.withShortDescription(does),
      Command.withExamples([...examples]),
    );
  };

/** A command that gets one answer and prints it. */
export const asking = <const Name extends string, const Config extends Command.Command.Config, A, E, R>(
  spec: Asking<Name, Config, A, E, R>,
) =>
  Command.make(
    spec.name,
    spec.input,
    Effect.fnUntraced(function* (input: Command.Command.Config.Infer<Config>) {
      const answer = yield* spec.run(input);
      yield* print(answer, spec.view(answer, input));
      if (spec.failed?.(answer) === true) return yield* failedAfterAll;
      if (spec.pending?.(answer) === true) return yield* changesPending;
    }),
  ).pipe(helped(spec, shapeOf(spec.prints)));
