import { Effect, Schema } from "effect";
import { Argument, Command, Flag } from "effect/cli";
import {
  askOrganization,
  Connection,
  changeOrganization,
  findOrganization,
  optionalText,
  textArgument,
} from "../client/index.ts";
import { confirm, yes } from "../confirm.ts";
import { asking, helped } from "../define.ts";
import { type Line, table, type View } from "../output/index.ts";

const authorityText = ({ lifecycleAuthority }: Connection): string => {
  if (lifecycleAuthority === null) return "default of its kind";
  return lifecycleAuthority ? "yes" : "no";
};

const rows = (connections: ReadonlyArray<Connection>): ReadonlyArray<Line> =>
  table<Connection>(
    {
      SLUG: ({ slug }) => slug,
      KIND: ({ kind }) => kind.toLowerCase().replace("_", "-"),
      NAME: ({ name }) => name,
      STATE: ({ enabled }) => (enabled ? "enabled" : "disabled"),
      "SAYS WHO IS ACTIVE": authorityText,
      "SAME DIRECTORY AS": ({ sameDirectoryAs }) => sameDirectoryAs.join(", "),
      ADDRESS: ({ scimUrl }) => scimUrl ?? "",
    },
    connections,
  );

const view = (connection: Connection): View => ({ lines: rows([connection]) });

const slug = Argument.String("connection").pipe(Argument.withDescription("The connection's slug."));

const list = asking({
  name: "list",
  does: "Lists the organization's connections: the systems its people and groups come from.",
  examples: [{ command: "rolebridge connection list", description: "All of them, as a table" }],
  input: {},
  prints: Schema.Array(Connection),
  run: () => askOrganization("connections", {}, Schema.Array(Connection)),
  view: (connections) => ({
    lines: rows(connections),
    talk:
      connections.length > 0
        ? undefined
        : "No connection yet. Make one that a system can push to: rolebridge connection add scim",
  }),
});

const kinds = ["scim", "keycloak", "zitadel", "saml", "oidc", "scim-client"] as const;

const add = asking({
  name: "add",
  does: "Adds a connection to an outside system.",
  examples: [
    {
      command: 'rolebridge connection add okta --name "Okta, production"',
      description: "A system that pushes by SCIM",
    },
  ],
  input: {
    slug: Argument.String("slug").pipe(
      Argument.withDescription("Short name for rules and commands: lower-case letters, digits and hyphens."),
    ),
    kind: Flag.Literals("kind", kinds).pipe(
      Flag.withDescription("What it speaks."),
      Flag.withDefault("scim" as const),
    ),
    name: Flag.String("name").pipe(
      Flag.withDescription("Name for people; by default the slug."),
      Flag.optional,
    ),
  },
  prints: Connection,
  run: ({ slug, kind, name }) =>
    changeOrganization(
      "addConnection",
      {
        kind: { type: "ConnectionKind!", value: kind.toUpperCase().replace("-", "_") },
        slug: textArgument(slug),
        name: optionalText(name),
      },
      Connection,
    ),
  view: (connection) => ({
    ...view(connection),
    talk: `Added. Next, in the same organization, make the token it signs in with: rolebridge token create ${connection.slug}`,
  }),
});

const setEnabled = (connection: string, enabled: boolean) =>
  changeOrganization(
    "setConnectionEnabled",
    { connection: textArgument(connection), enabled: { type: "Boolean!", value: enabled } },
    Connection,
  );

const enable = asking({
  name: "enable",
  does: "Enables a connection: its tokens work again, and what it says counts again.",
  examples: [{ command: "rolebridge connection enable okta", description: "Roles it gave come back" }],
  input: { slug },
  prints: Connection,
  run: ({ slug }) => setEnabled(slug, true),
  view,
});

const disable = asking({
  name: "disable",
  does: "Disables a connection: its tokens stop working, and roles that only it gave are withdrawn.",
  more: "Asks for the connection's slug to confirm; --yes does without.",
  examples: [{ command: "rolebridge connection disable okta", description: "Asks first" }],
  input: { slug, yes },
  prints: Connection,
  run: Effect.fnUntraced(function* ({ slug, yes }) {
    const organization = yield* findOrganization();
    const consequence = `This refuses ${slug} of ${organization} at once and withdraws every role that only it gave.`;
    yield* confirm(slug, consequence, yes);
    return yield* setEnabled(slug, false);
  }),
  view,
});

const sameDirectory = asking({
  name: "same-directory",
  does: "Declares that these connections, and no others, show the same directory.",
  more: `Only then are people of different connections joined by themselves, where externalId or userName match.
One connection alone ends its declaration.`,
  examples: [
    { command: "rolebridge connection same-directory okta entra", description: "The same people in both" },
    { command: "rolebridge connection same-directory entra", description: "entra stands alone again" },
  ],
  input: { slugs: Argument.String("connection").pipe(Argument.variadic({ min: 1 })) },
  prints: Schema.Array(Connection),
  run: ({ slugs }) =>
    changeOrganization(
      "declareSameDirectory",
      { connections: { type: "[String!]!", value: slugs } },
      Schema.Array(Connection),
    ),
  view: (connections) => ({ lines: rows(connections) }),
});

const authorities = { yes: true, no: false, default: null } as const;

const authority = asking({
  name: "authority",
  does: "Says whether a connection may make accounts inactive.",
  more: "default: SCIM connections may where there is one, else every connection that brings people.",
  examples: [
    { command: "rolebridge connection authority okta yes", description: "Okta says who is active" },
    { command: "rolebridge connection authority okta default", description: "As its kind does" },
  ],
  input: { slug, authority: Argument.Literals("authority", ["yes", "no", "default"]) },
  prints: Connection,
  run: ({ slug, authority }) =>
    changeOrganization(
      "setLifecycleAuthority",
      { connection: textArgument(slug), authority: { type: "Boolean", value: authorities[authority] } },
      Connection,
    ),
  view,
});

export const connection = Command.make("connection").pipe(
  Command.withSubcommands([list, add, enable, disable, sameDirectory, authority]),
  helped({
    does: "Connections: the systems people and groups come from.",
    examples: [{ command: "rolebridge connection list", description: "Those of the organization at hand" }],
  }),
);
