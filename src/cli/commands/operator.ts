import { Effect, Schema } from "effect";
import { Argument, Command, Flag } from "effect/cli";
import {
  askField,
  idArgument,
  NewToken,
  Operator,
  optionalText,
  optionalTime,
  textArgument,
} from "../client/index.ts";
import { confirm, yes } from "../confirm.ts";
import { asking, helped } from "../define.ts";
import { NotThere } from "../failure.ts";
import { type Line, moment, table } from "../output/index.ts";

const rows = (operators: ReadonlyArray<Operator>): ReadonlyArray<Line> =>
  table<Operator>(
    {
      NAME: ({ name }) => name,
      ROLE: ({ role }) => role.toLowerCase(),
      ORGANIZATION: ({ organization }) => organization ?? "every one",
      STATE: ({ disabledAt }) => (disabledAt === null ? "active" : `disabled ${moment(disabledAt)}`),
      CREATED: ({ createdAt }) => moment(createdAt),
      ID: ({ id }) => id,
    },
    operators,
  );

const all = () => askField("query", "operators", {}, Schema.Array(Operator));

const list = asking({
  name: "list",
  does: "Lists the operators: the people and programs that manage Rolebridge.",
  examples: [{ command: "rolebridge operator list", description: "All of them, as a table" }],
  input: {},
  prints: Schema.Array(Operator),
  run: all,
  view: (operators) => ({
    lines: rows(operators),
    talk: operators.length > 0 ? undefined : "There is no operator you may see.",
  }),
});

const roles = ["owner", "administrator", "reviewer", "auditor", "service"] as const;

const create = asking({
  name: "create",
  does: "Makes an operator and prints the token they sign in with: this once, it is kept nowhere.",
  more: `owner: everything.  administrator: everything but operators and reserved roles.  reviewer: looks, and resolves exceptions.
auditor: looks.  service: reads organizations, roles and accounts.`,
  examples: [
    {
      command: "rolebridge operator create grace --role auditor --only acme",
      description: "Somebody who may look, in one organization; the token is all of stdout",
    },
  ],
  input: {
    name: Argument.String("name").pipe(Argument.withDescription("Name of the person or program.")),
    role: Flag.Literals("role", roles).pipe(Flag.withDescription("What they may do.")),
    only: Flag.String("only").pipe(
      Flag.withMetavar("SLUG"),
      Flag.withDescription("The only organization they reach; else every one."),
      Flag.optional,
    ),
    label: Flag.String("label").pipe(
      Flag.withDescription("What the token is for."),
      Flag.withDefault("first token"),
    ),
    expires: Flag.Date("expires").pipe(Flag.withDescription("When the token ends."), Flag.optional),
  },
  prints: NewToken,
  run: ({ name, role, only, label, expires }) =>
    askField(
      "mutation",
      "createOperator",
      {
        name: textArgument(name),
        role: { type: "OperatorRole!", value: role.toUpperCase() },
        organization: optionalText(only),
        label: textArgument(label),
        expiresAt: optionalTime(expires),
      },
      NewToken,
    ),
  view: ({ token }, { name }) => ({
    lines: [{ text: token }],
    talk: `The token above is not shown again. ${name} sets it as ROLEBRIDGE_TOKEN. To end it: rolebridge operator disable ${name}`,
  }),
});

/** An operator by name or id. */
const find = Effect.fnUntraced(function* (wanted: string) {
  const found = (yield* all()).find(({ id, name }) => id === wanted || name === wanted);
  if (found !== undefined) return found;
  return yield* new NotThere({
    message: `There is no operator "${wanted}" you may see. "rolebridge operator list" shows those there are.`,
  });
});

const disable = asking({
  name: "disable",
  does: "Ends an operator and every token they have, at once.",
  more: "Asks for the operator's name to confirm; --yes does without.",
  examples: [{ command: "rolebridge operator disable grace", description: "Asks first" }],
  input: { wanted: Argument.String("name").pipe(Argument.withDescription("Name or id.")), yes },
  prints: Operator,
  run: Effect.fnUntraced(function* ({ wanted, yes }) {
    const { id, name } = yield* find(wanted);
    yield* confirm(name, `This ends the operator ${name} and every token they have, at once.`, yes);
    return yield* askField("mutation", "disableOperator", { id: idArgument(id) }, Operator);
  }),
  view: (operator) => ({ lines: rows([operator]) }),
});

export const operator = Command.make("operator").pipe(
  Command.withSubcommands([list, create, disable]),
  helped({
    does: "Operators: who manages Rolebridge.",
    examples: [{ command: "rolebridge operator list", description: "All you may see" }],
  }),
);
