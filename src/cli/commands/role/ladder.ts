import { Effect, Schema } from "effect";
import { Argument, Command } from "effect/cli";
import { askOrganization, changeOrganization, Ladder, textArgument } from "../../client/index.ts";
import { confirm, yes } from "../../confirm.ts";
import { asking, helped } from "../../define.ts";
import { type Line, table } from "../../output/index.ts";
import { apply, applyArgument, reach } from "./shared.ts";

const rows = (ladders: ReadonlyArray<Ladder>): ReadonlyArray<Line> =>
  table<Ladder>({ LADDER: ({ name }) => name, ROLES: ({ roles }) => roles.join(" < ") }, ladders);

const name = Argument.String("name").pipe(Argument.withDescription("The ladder's name."));

const list = asking({
  name: "list",
  does: "Lists the ladders, each from its lowest role to its highest.",
  examples: [{ command: "rolebridge role ladder list", description: "All of them" }],
  input: {},
  prints: Schema.Array(Ladder),
  run: () => askOrganization("ladders", {}, Schema.Array(Ladder)),
  view: (ladders) => ({
    lines: rows(ladders),
    talk: ladders.length > 0 ? undefined : "No ladder: every role that is granted counts.",
  }),
});

const set = asking({
  name: "set",
  does: "Makes or remakes a ladder: of its roles, a person has the highest only, in each scope.",
  examples: [
    {
      command: "rolebridge role ladder set library reader editor chief-editor",
      description: "The lowest first",
    },
  ],
  input: {
    name,
    roles: Argument.String("role").pipe(
      Argument.withDescription("Keys of its roles, the lowest first."),
      Argument.variadic({ min: 2 }),
    ),
    apply,
  },
  prints: Ladder,
  run: ({ name, roles, apply }) =>
    changeOrganization(
      "setLadder",
      {
        name: textArgument(name),
        roles: { type: "[String!]!", value: roles },
        apply: applyArgument(apply),
      },
      Ladder,
    ),
  view: (ladder, { apply }) => ({ lines: rows([ladder]), talk: reach(apply) }),
});

const remove = asking({
  name: "remove",
  does: "Takes a ladder away: its roles stay, and all that are granted count.",
  more: "Asks for the ladder's name to confirm; --yes does without.",
  examples: [{ command: "rolebridge role ladder remove library", description: "Asks first" }],
  input: { name, apply, yes },
  prints: Ladder,
  run: Effect.fnUntraced(function* ({ name, apply, yes }) {
    yield* confirm(name, `This takes the ladder ${name} away: people may gain its lower roles.`, yes);
    return yield* changeOrganization(
      "removeLadder",
      { name: textArgument(name), apply: applyArgument(apply) },
      Ladder,
    );
  }),
  view: ({ name }, { apply }) => ({ lines: [{ text: `Removed ${name}.` }], talk: reach(apply) }),
});

export const ladder = Command.make("ladder").pipe(
  Command.withSubcommands([list, set, remove]),
  helped({
    does: "Ladders: of the roles of one, a person has the highest only.",
    examples: [{ command: "rolebridge role ladder list", description: "All of them" }],
  }),
);
