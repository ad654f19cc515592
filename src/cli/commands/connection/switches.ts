/** What is switched on connections: enabled, the same directory, authority, the mark for the environment. */
import { Effect, Schema } from "effect";
import { Argument } from "effect/cli";
import { Connection, changeOrganization, findOrganization, textArgument } from "../../client/index.ts";
import { confirm, yes } from "../../confirm.ts";
import { asking } from "../../define.ts";
import { rows, slug, view } from "./view.ts";

const setEnabled = (connection: string, enabled: boolean) =>
  changeOrganization(
    "setConnectionEnabled",
    { connection: textArgument(connection), enabled: { type: "Boolean!", value: enabled } },
    Connection,
  );

export const enable = asking({
  name: "enable",
  does: "Enables a connection: its tokens work again, and what it says counts again; one that is read is read at once.",
  examples: [{ command: "rolebridge connection enable okta", description: "Roles it gave come back" }],
  input: { slug },
  prints: Connection,
  run: ({ slug }) => setEnabled(slug, true),
  view,
});

export const disable = asking({
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

export const sameDirectory = asking({
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

export const authority = asking({
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

const setMark = (connection: string | null) =>
  changeOrganization(
    "markConnection",
    { connection: { type: "String", value: connection } },
    Schema.Array(Connection),
  );

export const mark = asking({
  name: "mark",
  does: "Marks the SCIM connection that the environment's tokens write to. Of an organization, one at most.",
  examples: [
    { command: "rolebridge connection mark okta", description: "From now on okta, and no other one" },
  ],
  input: { slug },
  prints: Schema.Array(Connection),
  run: ({ slug }) => setMark(slug),
  view: (connections) => ({ lines: rows(connections) }),
});

export const unmark = asking({
  name: "unmark",
  does: "Closes the organization to its environment's tokens: no connection is marked any more.",
  examples: [{ command: "rolebridge connection unmark", description: "They are refused from now on" }],
  input: {},
  prints: Schema.Array(Connection),
  run: () => setMark(null),
  view: (connections) => ({ lines: rows(connections) }),
});
