/** Asks the server for what a document is about. */
import { Effect, Result, Schema } from "effect";
import {
  Application,
  type Argument,
  askOrganization,
  Connection,
  findOrganization,
  Guard,
  Ladder,
  LoginSettings,
  PushSettings,
  ScopePage,
  textArgument,
} from "../../client/index.ts";
import { type Answers, type Configuration, configurationOf, mappingIn } from "../../config/index.ts";
import { NotGiven } from "../../failure.ts";
import { dashed } from "../../output/index.ts";
import type { Kind } from "../../server.ts";

const Role = Schema.Struct({
  key: Schema.String,
  name: Schema.String,
  description: Schema.String,
  permissions: Schema.Array(Schema.String),
  reserved: Schema.Boolean,
});

const Written = Schema.Struct({ ...Connection.fields, push: Schema.NullOr(PushSettings) });

const Kept = Schema.NullOr(Schema.Struct({ version: Schema.Int, document: Schema.Unknown }));

const mappingOf = (state: "PUBLISHED" | "DRAFT") =>
  askOrganization("mapping", { state: { type: "MappingState!", value: state } }, Kept);

const scopePage = (after: string | null) => {
  const args: Record<string, Argument> = {
    first: { type: "Int!", value: 500 },
    after: { type: "String", value: after },
  };
  return askOrganization("scopes", args, ScopePage);
};

const allScopes = Effect.fnUntraced(function* () {
  const found: Array<ScopePage["items"][number]> = [];
  let after: string | null = null;
  do {
    const page: ScopePage = yield* scopePage(after);
    found.push(...page.items);
    after = page.next;
  } while (after !== null);
  return found;
});

export const sections = [
  "roles",
  "ladders",
  "scopes",
  "connections",
  "applications",
  "guard",
  "mapping",
] as const;
export type Section = (typeof sections)[number];

/** Asks only for what is wanted: whoever may not read the rest needs not. */
const when = <A, E, R>(wanted: boolean, effect: Effect.Effect<A, E, R>) =>
  wanted ? effect : Effect.succeed(undefined);

const unreadable = new NotGiven({
  message:
    "The server says something of this organization that this command does not know. Use the command of the server's version.",
});

const loginOf = (connection: string) =>
  askOrganization("loginSettings", { connection: textArgument(connection) }, Schema.NullOr(LoginSettings));

/** How logins are taken is asked of those that people sign in through, and of no others. */
const allConnections = Effect.fnUntraced(function* (kinds: ReadonlyArray<Kind>) {
  const signIn = new Set(kinds.filter(({ signsIn }) => signsIn === true).map(({ kind }) => kind));
  return yield* Effect.forEach(yield* askOrganization("connections", {}, Schema.Array(Written)), (row) =>
    Effect.map(signIn.has(dashed(row.kind)) ? loginOf(row.slug) : Effect.succeed(null), (login) => ({
      ...row,
      login,
    })),
  );
});

const answersFor = Effect.fnUntraced(function* (wanted: ReadonlySet<Section>, kinds: ReadonlyArray<Kind>) {
  return {
    organization: yield* findOrganization(),
    roles: yield* when(wanted.has("roles"), askOrganization("roles", {}, Schema.Array(Role))),
    ladders: yield* when(wanted.has("ladders"), askOrganization("ladders", {}, Schema.Array(Ladder))),
    scopes: yield* when(wanted.has("scopes"), allScopes()),
    connections: yield* when(wanted.has("connections"), allConnections(kinds)),
    applications: yield* when(
      wanted.has("applications"),
      askOrganization("applications", {}, Schema.Array(Application)),
    ),
    guards: yield* when(wanted.has("guard"), askOrganization("guards", {}, Schema.Array(Guard))),
    mapping: yield* when(
      wanted.has("mapping"),
      Effect.map(mappingOf("PUBLISHED"), (found) => found?.document ?? null),
    ),
  } satisfies Answers;
});

/** The organization as a document: these sections of it. */
export const stateOf = Effect.fn("stateOf")(function* (
  wanted: ReadonlySet<Section>,
  kinds: ReadonlyArray<Kind>,
) {
  const found = configurationOf(yield* answersFor(wanted, kinds), kinds);
  return Result.isSuccess(found) ? found.success : yield* unreadable;
});

/** The draft that waits; undefined where there is none. */
export const waitingDraft = Effect.fn("waitingDraft")(function* () {
  const found = yield* mappingOf("DRAFT");
  return found === null ? undefined : mappingIn(found.document);
});

/** The sections that a document has. */
export const sectionsOf = (document: Configuration): ReadonlySet<Section> =>
  new Set(sections.filter((name) => document[name] !== undefined));
