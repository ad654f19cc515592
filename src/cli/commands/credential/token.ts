import { Effect, Option, Schema } from "effect";
import { Argument, Command, Flag } from "effect/cli";
import {
  askOrganization,
  changeOrganization,
  idArgument,
  NewToken,
  optionalTime,
  ScimToken,
  textArgument,
} from "../../client/index.ts";
import { confirm, yes } from "../../confirm.ts";
import { asking, helped } from "../../define.ts";
import { NotThere } from "../../failure.ts";
import { type Line, moment, table } from "../../output/index.ts";
import { stateOf } from "./state.ts";

const rows = (tokens: ReadonlyArray<ScimToken>): ReadonlyArray<Line> =>
  table<ScimToken>(
    {
      ID: ({ id }) => id,
      LABEL: ({ label }) => label,
      CONNECTION: ({ connection }) => connection,
      STATE: stateOf,
      CREATED: ({ createdAt }) => moment(createdAt),
      "LAST USED": ({ lastUsedAt }) => (lastUsedAt === null ? "never" : moment(lastUsedAt)),
    },
    tokens,
  );

const WithTokens = Schema.Array(Schema.Struct({ slug: Schema.String, tokens: Schema.Array(ScimToken) }));

/** The tokens of the organization, or of one of its connections. */
const findTokens = Effect.fnUntraced(function* (only: Option.Option<string>) {
  const connections = yield* askOrganization("connections", {}, WithTokens);
  if (Option.isNone(only)) return connections.flatMap(({ tokens }) => tokens);
  const found = connections.find(({ slug }) => slug === only.value);
  if (found !== undefined) return found.tokens;
  return yield* new NotThere({
    message: `There is no connection "${only.value}" here. "rolebridge connection list" shows those there are.`,
  });
});

const list = asking({
  name: "list",
  does: "Lists the SCIM tokens of the organization. What a token is was shown once and is kept nowhere.",
  examples: [
    { command: "rolebridge token list", description: "Of every connection" },
    { command: "rolebridge token list okta --json", description: "Of one, as JSON" },
  ],
  input: {
    connection: Argument.String("connection").pipe(
      Argument.withDescription("Only this connection's."),
      Argument.optional,
    ),
  },
  prints: Schema.Array(ScimToken),
  run: ({ connection }) => findTokens(connection),
  view: (tokens) => ({
    lines: rows(tokens),
    talk: tokens.length > 0 ? undefined : "No token yet. Make one: rolebridge token create CONNECTION",
  }),
});

const create = asking({
  name: "create",
  does: "Makes a SCIM token for a connection and prints it: this once, it is kept nowhere.",
  more: "A connection has at most two live tokens, so that one can take over from the other.",
  examples: [
    { command: "rolebridge token create okta --label 2027", description: "The token is all of stdout" },
    { command: "rolebridge token create okta --expires 2027-12-31", description: "One that ends by itself" },
  ],
  input: {
    connection: Argument.String("connection").pipe(Argument.withDescription("The connection's slug.")),
    label: Flag.String("label").pipe(
      Flag.withDescription("What it is for, so that you know it again."),
      Flag.withDefault("made on the command line"),
    ),
    expires: Flag.Date("expires").pipe(Flag.withDescription("When it ends."), Flag.optional),
  },
  prints: NewToken,
  run: ({ connection, label, expires }) =>
    changeOrganization(
      "createScimToken",
      {
        connection: textArgument(connection),
        label: textArgument(label),
        expiresAt: optionalTime(expires),
      },
      NewToken,
    ),
  view: ({ id, token }, { connection }) => ({
    lines: [{ text: token }],
    talk: `The token above is not shown again. Give it to the system behind ${connection}, with the address from "rolebridge connection list". To end it: rolebridge token revoke ${id}`,
  }),
});

const revoke = asking({
  name: "revoke",
  does: "Ends a SCIM token at once: whoever still uses it is refused.",
  more: "Asks for the token's label to confirm; --yes does without.",
  examples: [
    {
      command: "rolebridge token revoke 01a21010-1eb9-7a45-9227-8d3b0dd4e5f1",
      description: 'The id is in "rolebridge token list"',
    },
  ],
  input: { id: Argument.String("id").pipe(Argument.withDescription("The token's id.")), yes },
  prints: ScimToken,
  run: Effect.fnUntraced(function* ({ id, yes }) {
    const token = (yield* findTokens(Option.none())).find((one) => one.id === id);
    if (token === undefined) {
      return yield* new NotThere({
        message: `There is no token ${id} here. "rolebridge token list" shows those there are.`,
      });
    }
    const consequence = `This ends the token "${token.label}" of ${token.connection}: what still uses it is refused at once.`;
    yield* confirm(token.label, consequence, yes);
    return yield* changeOrganization("revokeScimToken", { id: idArgument(id) }, ScimToken);
  }),
  view: (token) => ({ lines: rows([token]) }),
});

export const token = Command.make("token").pipe(
  Command.withSubcommands([list, create, revoke]),
  helped({
    does: "SCIM tokens: what the systems that push sign in with.",
    examples: [{ command: "rolebridge token create okta", description: "A new one for a connection" }],
  }),
);
