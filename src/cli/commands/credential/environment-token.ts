/** Tokens of environments: one credential for every organization of one. */
import { Effect, Schema } from "effect";
import { Argument, Command, Flag } from "effect/cli";
import {
  askField,
  EnvironmentToken,
  idArgument,
  NewToken,
  optionalTime,
  textArgument,
} from "../../client/index.ts";
import { confirm, yes } from "../../confirm.ts";
import { asking, helped } from "../../define.ts";
import { NotThere } from "../../failure.ts";
import { type Line, moment, table } from "../../output/index.ts";
import { stateOf } from "./state.ts";

const workspace = ({ project, environment }: EnvironmentToken) => `${project}/${environment}`;

const rows = (tokens: ReadonlyArray<EnvironmentToken>): ReadonlyArray<Line> =>
  table<EnvironmentToken>(
    {
      ID: ({ id }) => id,
      LABEL: ({ label }) => label,
      ENVIRONMENT: workspace,
      STATE: stateOf,
      CREATED: ({ createdAt }) => moment(createdAt),
      "LAST USED": ({ lastUsedAt }) => (lastUsedAt === null ? "never" : moment(lastUsedAt)),
    },
    tokens,
  );

const all = () => askField("query", "environmentTokens", {}, Schema.Array(EnvironmentToken));

const list = asking({
  name: "list",
  does: "Lists the SCIM tokens of environments. What a token is was shown once and is kept nowhere.",
  examples: [{ command: "rolebridge environment-token list", description: "Of every environment" }],
  input: {},
  prints: Schema.Array(EnvironmentToken),
  run: all,
  view: (tokens) => ({
    lines: rows(tokens),
    talk: tokens.length > 0 ? undefined : "No token of an environment yet, or none for you to see.",
  }),
});

const create = asking({
  name: "create",
  does: "Makes a SCIM token for an environment and prints it: this once, it is kept nowhere.",
  more: `In each organization of the environment it writes to the connection that is marked there
(rolebridge connection mark). An environment has at most two live tokens.`,
  examples: [
    {
      command: "rolebridge environment-token create default production --label 2027",
      description: "The token is all of stdout",
    },
  ],
  input: {
    project: Argument.String("project").pipe(Argument.withDescription("The project's slug.")),
    environment: Argument.String("environment").pipe(Argument.withDescription("The environment's slug.")),
    label: Flag.String("label").pipe(
      Flag.withDescription("What it is for, so that you know it again."),
      Flag.withDefault("made on the command line"),
    ),
    expires: Flag.Date("expires").pipe(Flag.withDescription("When it ends."), Flag.optional),
  },
  prints: NewToken,
  run: ({ project, environment, label, expires }) =>
    askField(
      "mutation",
      "createEnvironmentToken",
      {
        project: textArgument(project),
        environment: textArgument(environment),
        label: textArgument(label),
        expiresAt: optionalTime(expires),
      },
      NewToken,
    ),
  view: ({ id, token }, { project, environment }) => ({
    lines: [{ text: token }],
    talk: `The token above is not shown again. It is used below /scim/v2/${project}/${environment}. To end it: rolebridge environment-token revoke ${id}`,
  }),
});

const revoke = asking({
  name: "revoke",
  does: "Ends a token of an environment at once, in every organization.",
  more: "Asks for the token's label to confirm; --yes does without.",
  examples: [
    {
      command: "rolebridge environment-token revoke 01a21010-1eb9-7a45-9227-8d3b0dd4e5f1",
      description: 'The id is in "rolebridge environment-token list"',
    },
  ],
  input: { id: Argument.String("id").pipe(Argument.withDescription("The token's id.")), yes },
  prints: EnvironmentToken,
  run: Effect.fnUntraced(function* ({ id, yes }) {
    const token = (yield* all()).find((one) => one.id === id);
    if (token === undefined) {
      return yield* new NotThere({
        message: `There is no token ${id} here. "rolebridge environment-token list" shows those there are.`,
      });
    }
    const consequence = `This ends the token "${token.label}" of ${workspace(token)}: what still uses it is refused at once.`;
    yield* confirm(token.label, consequence, yes);
    return yield* askField("mutation", "revokeEnvironmentToken", { id: idArgument(id) }, EnvironmentToken);
  }),
  view: (token) => ({ lines: rows([token]) }),
});

export const environmentToken = Command.make("environment-token").pipe(
  Command.withSubcommands([list, create, revoke]),
  helped({
    does: "SCIM tokens of environments: one credential for every organization of one.",
    examples: [
      {
        command: "rolebridge environment-token create default production",
        description: "A new one, for whoever pushes to many organizations",
      },
    ],
  }),
);
