import { Option, Schema } from "effect";
import { Command, Flag } from "effect/cli";
import { askOrganization, changeOrganization, Guard, optionalText } from "../client/index.ts";
import { asking, helped } from "../define.ts";
import { table } from "../output/index.ts";

const view = (guards: ReadonlyArray<Guard>) => ({
  lines: table<Guard>(
    {
      FOR: ({ connection }) => connection ?? "the organization",
      HOLDS: ({ enabled }) => (enabled ? "yes" : "no"),
      ACCOUNTS: ({ accounts }) => `over ${accounts}`,
      PERCENT: ({ percent }) => `over ${percent} %`,
      LIMITS: ({ set }) => (set ? "set" : "usual"),
    },
    guards,
  ),
  talk: 'Ten accounts are never held. What is held: "rolebridge exception list"',
});

const optional = (type: string, value: Option.Option<unknown>) => ({ type, value: Option.getOrNull(value) });

const show = asking({
  name: "show",
  does: "Shows how much may be lost by one cause that was only inferred, before somebody has looked.",
  examples: [
    { command: "rolebridge guard show", description: "The organization's limits, and connections'" },
  ],
  input: {},
  prints: Schema.Array(Guard),
  run: () => askOrganization("guards", {}, Schema.Array(Guard)),
  view,
});

const set = asking({
  name: "set",
  does: "Sets how much may be lost by one cause that was only inferred.",
  more: "What a source says of one person by name (inactive, deleted, removed from a group by id) is never held.",
  examples: [
    { command: "rolebridge guard set --accounts 20 --percent 5", description: "For the whole organization" },
    {
      command: "rolebridge guard set --connection okta --usual",
      description: "Forgets a connection's limits",
    },
  ],
  input: {
    connection: Flag.String("connection").pipe(
      Flag.withDescription("The connection these limits are for; by default the organization."),
      Flag.optional,
    ),
    accounts: Flag.Int("accounts").pipe(
      Flag.withDescription("Hold when more accounts than this lose something."),
      Flag.optional,
    ),
    percent: Flag.Int("percent").pipe(
      Flag.withDescription("Hold when more than so many of a hundred accounts lose something."),
      Flag.optional,
    ),
    hold: Flag.Literals("hold", ["on", "off"]).pipe(
      Flag.withDescription("off: nothing is ever held. For owners only."),
      Flag.optional,
    ),
    usual: Flag.Boolean("usual").pipe(
      Flag.withDescription("Back to the limits that count without these."),
      Flag.withDefault(false),
    ),
  },
  prints: Schema.Array(Guard),
  run: ({ connection, accounts, percent, hold, usual }) =>
    changeOrganization(
      "setGuard",
      {
        connection: optionalText(connection),
        accounts: optional("Int", accounts),
        percent: optional("Int", percent),
        enabled: optional(
          "Boolean",
          Option.map(hold, (word) => word === "on"),
        ),
        usual: { type: "Boolean!", value: usual },
      },
      Schema.Array(Guard),
    ),
  view,
});

export const guard = Command.make("guard").pipe(
  Command.withSubcommands([show, set]),
  helped({
    does: "The guard: limits of what may be lost by one cause that was only inferred.",
    examples: [{ command: "rolebridge guard show", description: "What counts now" }],
  }),
);
