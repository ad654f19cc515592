/** What a connection's client really sends, in pseudonyms, as a file that others can play. */
import { existsSync, writeFileSync } from "node:fs";
import { Effect, Option, Schedule, Schema } from "effect";
import { Flag } from "effect/cli";
import {
  askOrganization,
  changeOrganization,
  idArgument,
  Recording,
  textArgument,
} from "../../client/index.ts";
import { asking } from "../../define.ts";
import { NotGiven } from "../../failure.ts";
import { say } from "../../output/index.ts";
import { secondsOf } from "../../reading/index.ts";
import { slug } from "./view.ts";

const Recorded = Schema.Struct({ file: Schema.String, exchanges: Schema.Int, skipped: Schema.Int });

const mostSeconds = 3600;

const span = Flag.String("for").pipe(
  Flag.withMetavar("10m"),
  Flag.withDescription("How long, up to 1h."),
  Flag.withDefault("10m"),
  Flag.filterMap(
    (text) => {
      const seconds = secondsOf(text);
      return typeof seconds === "number" && seconds >= 1 && seconds <= mostSeconds
        ? Option.some(seconds)
        : Option.none();
    },
    (text) => `--for takes a time from 1s to 1h, like 90s or 10m: not ${text}.`,
  ),
);

const exists = (file: string) =>
  new NotGiven({ message: `The file ${file} is there already. Name another with --out, or move it away.` });

const write = (file: string, text: string) =>
  Effect.try({
    try: () => writeFileSync(file, text, { flag: "wx", mode: 0o600 }),
    catch: () => new NotGiven({ message: `The file ${file} cannot be written. Name another with --out.` }),
  });

const find = Effect.fnUntraced(function* (id: string) {
  const all = yield* askOrganization("recordings", {}, Schema.Array(Recording));
  return all.find((one) => one.id === id);
});

/** The server may be away for a moment: the recording is not. */
const patience = { schedule: Schedule.spaced("1 second"), times: 10 };

const untilOver = (id: string) =>
  find(id).pipe(
    Effect.retry({ ...patience, while: ({ _tag }) => _tag === "Unreachable" }),
    Effect.repeat({ until: (found) => found?.live !== true, schedule: Schedule.spaced("1 second") }),
  );

/** Ends it on the server, too. */
const take = Effect.fnUntraced(function* (id: string, file: string) {
  const seen = yield* find(id);
  const journey = yield* changeOrganization("takeRecording", { id: idArgument(id) }, Schema.Unknown);
  yield* write(file, `${JSON.stringify(journey, null, 2)}\n`);
  return { file, exchanges: seen?.exchanges ?? 0, skipped: seen?.skipped ?? 0 };
});

const doneText = ({ file, exchanges, skipped }: typeof Recorded.Type): string =>
  `${exchanges} exchanges are in ${file}${skipped > 0 ? `; ${skipped} were too large to keep` : ""}.`;

export const record = asking({
  name: "record",
  does: "Records what the client of a SCIM connection sends, with every value replaced, in a file that others can play.",
  more: `Names, addresses, ids and every other value become pseudonyms before the server keeps anything; structure,
known attribute names, operators and booleans stay. Tokens and headers with names are never recorded. Read the file
before you give it away all the same.
Ends after --for, at 500 exchanges or 8 MB, or with Ctrl-C; then the server forgets it.`,
  examples: [
    {
      command: "rolebridge connection record entra --for 10m --out entra-live.json",
      description: "Meanwhile, Provision on demand",
    },
  ],
  input: {
    slug,
    seconds: span,
    out: Flag.String("out").pipe(Flag.withMetavar("FILE"), Flag.withDescription("Where it is written.")),
  },
  prints: Recorded,
  run: Effect.fnUntraced(function* ({ slug, seconds, out }) {
    if (existsSync(out)) return yield* exists(out);
    const { id } = yield* changeOrganization(
      "startRecording",
      { connection: textArgument(slug), seconds: { type: "Int!", value: seconds } },
      Recording,
    );
    yield* say(
      `Recording ${slug} for up to ${seconds} seconds. Ctrl-C ends it earlier, and writes the file.`,
    );
    yield* untilOver(id).pipe(
      Effect.onInterrupt(() =>
        take(id, out).pipe(
          Effect.flatMap((recorded) => say(doneText(recorded))),
          Effect.catch(({ message }) => say(message)),
        ),
      ),
    );
    return yield* take(id, out);
  }),
  view: (recorded) => ({ lines: [{ text: recorded.file }], talk: doneText(recorded) }),
});
