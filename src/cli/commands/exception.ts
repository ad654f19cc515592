import { Effect, Schema } from "effect";
import { Argument, Command } from "effect/cli";
import { askOrganization, changeOrganization, Exception, idArgument } from "../client/index.ts";
import { asking, helped } from "../define.ts";
import { NotThere } from "../failure.ts";
import { first } from "../limits.ts";
import { moment, table } from "../output/index.ts";

const list = asking({
  name: "list",
  does: "Lists the open exceptions: what a person must look at. Exit code 2 when there is one.",
  examples: [{ command: "rolebridge exception list", description: "The oldest first" }],
  input: { first },
  prints: Schema.Array(Exception),
  run: ({ first }) =>
    askOrganization("exceptions", { first: { type: "Int!", value: first } }, Schema.Array(Exception)),
  view: (exceptions) => ({
    lines: table<Exception>(
      {
        ID: ({ id }) => id,
        SINCE: ({ createdAt }) => moment(createdAt),
        KIND: ({ kind }) => kind,
        ABOUT: ({ subjectKind, subjectId }) => `${subjectKind} ${subjectId}`,
        CONNECTION: ({ connection }) => connection ?? "",
        DETAIL: ({ detail }) => JSON.stringify(detail),
      },
      exceptions,
    ),
    talk:
      exceptions.length === 0
        ? "Nothing needs a person."
        : "When one is settled: rolebridge exception resolve ID",
  }),
  pending: (exceptions) => exceptions.length > 0,
});

const Resolved = Schema.Struct({ id: Schema.String, resolved: Schema.Boolean });

const resolve = asking({
  name: "resolve",
  does: "Marks an exception as settled.",
  examples: [
    {
      command: "rolebridge exception resolve 01a21010-1eb9-7a45-9227-8d3b0dd4e5f1",
      description: 'The id is in "rolebridge exception list"',
    },
  ],
  input: { id: Argument.String("id").pipe(Argument.withDescription("The exception's id.")) },
  prints: Resolved,
  run: Effect.fnUntraced(function* ({ id }) {
    const resolved = yield* changeOrganization("resolveException", { id: idArgument(id) }, Schema.Boolean);
    if (resolved) return { id, resolved };
    return yield* new NotThere({
      message: `There is no open exception ${id} here. "rolebridge exception list" shows those that are open.`,
    });
  }),
  view: ({ id }) => ({ lines: [{ text: `Resolved ${id}.` }] }),
});

export const exception = Command.make("exception").pipe(
  Command.withSubcommands([list, resolve]),
  helped({
    does: "Exceptions: what a person must look at.",
    examples: [{ command: "rolebridge exception list", description: "The open ones" }],
  }),
);
