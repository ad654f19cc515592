import { Effect, Option, Schema } from "effect";
import { Argument, Command, Flag } from "effect/cli";
import { askOrganization, changeOrganization, Exception, idArgument } from "../client/index.ts";
import { asking, helped } from "../define.ts";
import { NotGiven, NotThere } from "../failure.ts";
import { first } from "../limits.ts";
import { facts, moment, table } from "../output/index.ts";

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
        "WHAT TO DO": ({ advice }) => advice,
      },
      exceptions,
    ),
    talk:
      exceptions.length === 0
        ? "Nothing needs a person."
        : "All of one: rolebridge exception show ID. When one is settled: rolebridge exception resolve ID",
  }),
  pending: (exceptions) => exceptions.length > 0,
});

const id = Argument.String("id").pipe(Argument.withDescription("The exception's id."));
const anId = "01a21010-1eb9-7a45-9227-8d3b0dd4e5f1";

const notOpen = (id: string) =>
  new NotThere({
    message: `There is no open exception ${id} here. "rolebridge exception list" shows those that are open.`,
  });

const show = asking({
  name: "show",
  does: "Shows an open exception with all its details, and what to do about it.",
  examples: [
    {
      command: `rolebridge exception show ${anId}`,
      description: 'The id is in "rolebridge exception list"',
    },
  ],
  input: { id },
  prints: Exception,
  run: Effect.fnUntraced(function* ({ id }) {
    const found = yield* askOrganization("exception", { id: idArgument(id) }, Schema.NullOr(Exception));
    return found ?? (yield* notOpen(id));
  }),
  view: ({ id, kind, subjectKind, subjectId, connection, createdAt, detail, advice }) => ({
    lines: [
      ...facts({
        id,
        kind,
        about: `${subjectKind} ${subjectId}`,
        ...(connection === null ? {} : { connection }),
        since: moment(createdAt),
        detail: JSON.stringify(detail),
      }),
      { text: "" },
      { text: advice },
    ],
  }),
});

const Retried = Schema.Struct({ retried: Schema.Int });

const oneOrAll = new NotGiven({ message: "Which one? Give its id, or --all." });

const retry = asking({
  name: "retry",
  does: "Has what could not be written into an outside system tried again: one, or all of them.",
  more: `Of the kinds push-conflict, push-refused and push-held. What is held because it was too much is approved by it.
One that could not be written closes by itself once it is.`,
  examples: [
    { command: `rolebridge exception retry ${anId}`, description: "One" },
    { command: "rolebridge exception retry --all", description: "When the system is well again" },
  ],
  input: {
    id: id.pipe(Argument.optional),
    all: Flag.Boolean("all").pipe(Flag.withDescription("Every one that can be."), Flag.withDefault(false)),
  },
  prints: Retried,
  run: Effect.fnUntraced(function* ({ id, all }) {
    if (Option.isSome(id) === all) return yield* oneOrAll;
    if (Option.isNone(id)) return { retried: yield* changeOrganization("retryExceptions", {}, Schema.Int) };
    yield* changeOrganization("retryException", { id: idArgument(id.value) }, Schema.Boolean);
    return { retried: 1 };
  }),
  view: ({ retried }) => ({
    lines: [{ text: retried === 1 ? "1 is tried again." : `${retried} are tried again.` }],
    talk: retried === 0 ? undefined : "What is still open in a moment: rolebridge exception list",
  }),
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
  input: { id },
  prints: Resolved,
  run: Effect.fnUntraced(function* ({ id }) {
    const resolved = yield* changeOrganization("resolveException", { id: idArgument(id) }, Schema.Boolean);
    if (resolved) return { id, resolved };
    return yield* notOpen(id);
  }),
  view: ({ id }) => ({ lines: [{ text: `Resolved ${id}.` }] }),
});

export const exception = Command.make("exception").pipe(
  Command.withSubcommands([list, show, retry, resolve]),
  helped({
    does: "Exceptions: what a person must look at.",
    examples: [{ command: "rolebridge exception list", description: "The open ones" }],
  }),
);
