import { Effect, Option, Schema } from "effect";
import { Argument, Command, Flag } from "effect/cli";
import {
  askOrganization,
  changeOrganization,
  idArgument,
  NewScimClient,
  optionalTime,
  ScimClient,
  textArgument,
} from "../../client/index.ts";
import { confirm, yes } from "../../confirm.ts";
import { asking, helped } from "../../define.ts";
import { NotThere } from "../../failure.ts";
import { type Line, moment, table } from "../../output/index.ts";
import { ruleFlags, rulesOf } from "./rules.ts";

const methodOf = ({ assertion, secrets }: ScimClient): string =>
  assertion === null ? `${secrets.length} live secrets` : "assertions";

const rows = (clients: ReadonlyArray<ScimClient>): ReadonlyArray<Line> =>
  table<ScimClient>(
    {
      ID: ({ id }) => id,
      LABEL: ({ label }) => label,
      CONNECTION: ({ connection }) => connection,
      "SIGNS IN WITH": methodOf,
      STATE: ({ revokedAt }) => (revokedAt === null ? "live" : `revoked ${moment(revokedAt)}`),
      CREATED: ({ createdAt }) => moment(createdAt),
      "LAST USED": ({ lastUsedAt }) => (lastUsedAt === null ? "never" : moment(lastUsedAt)),
    },
    clients,
  );

const WithClients = Schema.Array(Schema.Struct({ slug: Schema.String, clients: Schema.Array(ScimClient) }));

/** The clients of the organization, or of one of its connections. */
const findClients = Effect.fnUntraced(function* (only: Option.Option<string>) {
  const connections = yield* askOrganization("connections", {}, WithClients);
  if (Option.isNone(only)) return connections.flatMap(({ clients }) => clients);
  const found = connections.find(({ slug }) => slug === only.value);
  if (found !== undefined) return found.clients;
  return yield* new NotThere({
    message: `There is no connection "${only.value}" here. "rolebridge connection list" shows those there are.`,
  });
});

const findClient = Effect.fnUntraced(function* (id: string) {
  const found = (yield* findClients(Option.none())).find((one) => one.id === id);
  if (found !== undefined) return found;
  return yield* new NotThere({
    message: `There is no client ${id} here. "rolebridge client list" shows those there are.`,
  });
});

const list = asking({
  name: "list",
  does: "Lists the OAuth clients of the organization. Their secrets were shown once and are kept nowhere.",
  examples: [
    { command: "rolebridge client list", description: "Of every connection" },
    { command: "rolebridge client list entra --json", description: "Of one, as JSON" },
  ],
  input: {
    connection: Argument.String("connection").pipe(
      Argument.withDescription("Only this connection's."),
      Argument.optional,
    ),
  },
  prints: Schema.Array(ScimClient),
  run: ({ connection }) => findClients(connection),
  view: (clients) => ({
    lines: rows(clients),
    talk: clients.length > 0 ? undefined : "No client yet. Make one: rolebridge client create CONNECTION",
  }),
});

const expires = Flag.Date("expires").pipe(Flag.withDescription("When its secret ends."), Flag.optional);

const shown = ({ clientId, clientSecret }: NewScimClient): ReadonlyArray<Line> => [
  { text: `client id      ${clientId}` },
  ...(clientSecret === null ? [] : [{ text: `client secret  ${clientSecret}` }]),
];

const create = asking({
  name: "create",
  does: "Makes an OAuth client for a SCIM connection and prints its secret: this once, it is kept nowhere.",
  more: `With --jwks-url or --jwks it has no secret: it signs in with assertions (RFC 7523).
A connection has at most two live clients, so that one can take over from the other.`,
  examples: [
    { command: "rolebridge client create ping --expires 2027-12-31", description: "With a secret" },
    {
      command: "rolebridge client create ping --jwks-url https://id.acme.test/keys",
      description: "One that signs its own assertions",
    },
  ],
  input: {
    connection: Argument.String("connection").pipe(Argument.withDescription("The connection's slug.")),
    label: Flag.String("label").pipe(
      Flag.withDescription("What it is for, so that you know it again."),
      Flag.withDefault("made on the command line"),
    ),
    expires,
    ...ruleFlags,
  },
  prints: NewScimClient,
  run: Effect.fnUntraced(function* ({ connection, label, expires, ...rules }) {
    const assertion = { type: "AssertionInput", value: yield* rulesOf(rules) };
    const given = { connection: textArgument(connection), label: textArgument(label), assertion };
    return yield* changeOrganization(
      "createScimClient",
      { ...given, expiresAt: optionalTime(expires) },
      NewScimClient,
    );
  }),
  view: (made, { connection }) => ({
    lines: shown(made),
    talk: `${made.clientSecret === null ? "Give the id" : "The secret is not shown again. Give both"} to the system behind ${connection}, with the address of the token endpoint: your server's, and /oauth/token. To end it: rolebridge client revoke ${made.id}`,
  }),
});

const id = Argument.String("id").pipe(Argument.withDescription("The client's id, as the list shows it."));
const sample = "01a21010-1eb9-7a45-9227-8d3b0dd4e5f1";

const rotate = asking({
  name: "rotate",
  does: "Gives a client a new secret and prints it: this once, it is kept nowhere.",
  more: "The secret before works on for --grace hours; what is older ends at once.",
  examples: [
    { command: `rolebridge client rotate ${sample}`, description: "The old secret works for a day more" },
    { command: `rolebridge client rotate ${sample} --grace 0`, description: "The old secret was seen" },
  ],
  input: {
    id,
    expires,
    grace: Flag.Int("grace").pipe(
      Flag.withDescription("Hours that the secret before still works; 0 ends it and its access tokens."),
      Flag.withDefault(24),
    ),
  },
  prints: NewScimClient,
  run: ({ id, expires, grace }) =>
    changeOrganization(
      "rotateScimClientSecret",
      {
        id: idArgument(id),
        expiresAt: optionalTime(expires),
        graceHours: { type: "Int!", value: grace },
      },
      NewScimClient,
    ),
  view: (made) => ({ lines: shown(made), talk: "The secret is not shown again." }),
});

const revoke = asking({
  name: "revoke",
  does: "Ends a client and its access tokens at once: whoever still uses them is refused.",
  more: "Asks for the client's label to confirm; --yes does without.",
  examples: [
    { command: `rolebridge client revoke ${sample}`, description: 'The id is in "rolebridge client list"' },
  ],
  input: { id, yes },
  prints: ScimClient,
  run: Effect.fnUntraced(function* ({ id, yes }) {
    const client = yield* findClient(id);
    const consequence = `This ends the client "${client.label}" of ${client.connection}: what still uses it is refused at once.`;
    yield* confirm(client.label, consequence, yes);
    return yield* changeOrganization("revokeScimClient", { id: idArgument(id) }, ScimClient);
  }),
  view: (client) => ({ lines: rows([client]) }),
});

export const client = Command.make("client").pipe(
  Command.withSubcommands([list, create, rotate, revoke]),
  helped({
    does: "OAuth clients: what systems that push sign in with, where they can do OAuth.",
    examples: [{ command: "rolebridge client create entra", description: "A new one for a connection" }],
  }),
);
