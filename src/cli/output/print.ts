import { Console, Effect } from "effect";
import { TerminalCapabilities } from "effect/cli";
import { AsJson } from "../flags.ts";
import type { Line } from "./table.ts";
import { jsonText, plain } from "./text.ts";

/** A result as people see it. `talk` goes to stderr: what to do next, or why there is nothing to see. */
export interface View {
  readonly lines: ReadonlyArray<Line>;
  readonly talk?: string | undefined;
}

const painted = ({ text, heading = false }: Line, colours: boolean): string =>
  heading && colours ? `\u001b[1m${plain(text)}\u001b[0m` : plain(text);

/** Says something beside the result, on stderr. Line breaks in it are kept. */
export const say = (text: string) => Console.error(text.split("\n").map(plain).join("\n"));

/** Shows lines on stdout. Everything shown goes through here, so that no value from outside acts on the terminal. */
export const showLines = Effect.fnUntraced(function* (lines: ReadonlyArray<Line>) {
  const { canColor } = yield* TerminalCapabilities.TerminalCapabilities;
  if (lines.length > 0) yield* Console.log(lines.map((line) => painted(line, canColor)).join("\n"));
});

/** Prints a result: as JSON where `--json` asks for it, else as the view. */
export const print = Effect.fnUntraced(function* (value: unknown, view: View) {
  if (yield* AsJson) return yield* Console.log(jsonText(value));
  yield* showLines(view.lines);
  if (view.talk !== undefined) yield* say(view.talk);
});
