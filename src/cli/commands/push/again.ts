/** What could not be written, what was undone there, and what is handed back. */
import { Effect, Option, Schema } from "effect";
import { Argument, Flag } from "effect/cli";
import {
  askOrganization,
  changeOrganization,
  idArgument,
  optionalText,
  textArgument,
  WrittenFact,
} from "../../client/index.ts";
import { asking } from "../../define.ts";
import { NotThere } from "../../failure.ts";
import { first } from "../../limits.ts";
import { dashed, moment, table } from "../../output/index.ts";
import { slug } from "./view.ts";

const Retried = Schema.Struct({ connection: Schema.String, accounts: Schema.Int });

export const retry = asking({
  name: "retry",
  does: "Has everyone of whom something could not be written tried again now, or one account.",
  more: "What was held because it was too much at once is approved by it.",
  examples: [
    { command: "rolebridge push retry main", description: "Everyone in trouble" },
    { command: "rolebridge push retry main --account ada@acme.test", description: "One, in trouble or not" },
  ],
  input: {
    slug,
    account: Flag.String("account").pipe(
      Flag.withMetavar("EMAIL"),
      Flag.withDescription("Only this account, by email, userName or id."),
      Flag.optional,
    ),
  },
  prints: Retried,
  run: ({ slug, account }) =>
    Effect.map(
      changeOrganization(
        "retryPush",
        { connection: textArgument(slug), account: optionalText(account) },
        Schema.Int,
      ),
      (accounts) => ({ connection: slug, accounts }),
    ),
  view: ({ connection, accounts }) => ({
    lines: [{ text: accounts === 1 ? "1 account is tried again." : `${accounts} accounts are tried again.` }],
    talk: accounts === 0 ? undefined : `To see how it went: rolebridge push show ${connection}`,
  }),
});

const factText = ({ fact, object }: WrittenFact): string => {
  if (fact === "user") return "that they are there";
  return fact === "membership" ? `membership of ${object}` : fact;
};

export const drift = asking({
  name: "drift",
  does: "Lists what was written and somebody undid there. Exit code 2 when there is something.",
  more: `Where the connection corrects drift it is written again by itself; else it waits here. Accept it by handing the
fact back (push release), or write it again (push retry CONNECTION --account EMAIL).`,
  examples: [
    { command: "rolebridge push drift main", description: "What was undone" },
    { command: "rolebridge push drift main --all", description: "Everything there that is ours" },
  ],
  input: {
    slug,
    all: Flag.Boolean("all").pipe(
      Flag.withDescription("Also what stands as it was written."),
      Flag.withDefault(false),
    ),
    first,
    after: Flag.String("after").pipe(
      Flag.withMetavar("ID"),
      Flag.withDescription("Only what was written after this one."),
      Flag.optional,
    ),
  },
  prints: Schema.Array(WrittenFact),
  run: ({ slug, all, first, after }) =>
    askOrganization(
      "writtenFacts",
      {
        connection: textArgument(slug),
        states: { type: "[IntentState!]!", value: all ? ["OPEN", "HELD", "DRIFTED"] : ["DRIFTED"] },
        first: { type: "Int!", value: first },
        after: { type: "ID", value: Option.getOrNull(after) },
      },
      Schema.Array(WrittenFact),
    ),
  view: (written, { slug }) => ({
    lines: table<WrittenFact>(
      {
        ID: ({ id }) => id,
        PERSON: ({ person, accountId }) => person ?? accountId,
        FACT: factText,
        STATE: ({ state }) => dashed(state),
        SINCE: ({ createdAt }) => moment(createdAt),
      },
      written,
    ),
    talk:
      written.length === 0
        ? "Nothing was undone there."
        : `To hand one back to the source: rolebridge push release ID\nTo write again what a person lacks: rolebridge push retry ${slug} --account EMAIL`,
  }),
  pending: (written) => written.some(({ state }) => state === "DRIFTED"),
});

const Released = Schema.Struct({ id: Schema.String, released: Schema.Boolean });

export const release = asking({
  name: "release",
  does: "Hands something that was written back to the source: it counts as the source's, and is never taken back.",
  examples: [
    {
      command: "rolebridge push release 01a21010-1eb9-7a45-9227-8d3b0dd4e5f1",
      description: 'The id is in "rolebridge push drift CONNECTION --all"',
    },
  ],
  input: { id: Argument.String("id").pipe(Argument.withDescription("The written fact's id.")) },
  prints: Released,
  run: Effect.fnUntraced(function* ({ id }) {
    const released = yield* changeOrganization("releaseWrittenFact", { id: idArgument(id) }, Schema.Boolean);
    if (released) return { id, released };
    return yield* new NotThere({
      message: `Nothing of the id ${id} is ours. "rolebridge push drift CONNECTION --all" shows what is.`,
    });
  }),
  view: ({ id }) => ({ lines: [{ text: `Handed back ${id}.` }] }),
});
