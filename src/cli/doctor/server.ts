/** The running server, by HTTP: does it answer, does it know the token, does something wait for a person? */
import { Effect, Schema } from "effect";
import { HttpClient } from "effect/http";
import { type Check, unwell, well } from "../check.ts";
import { askField, findServer, findTarget, Operator } from "../client/index.ts";
import { isTroubled, remedyText, stateText } from "../reading/index.ts";

const failed =
  (check: string) =>
  ({ message }: { readonly message: string }) =>
    Effect.succeed(unwell(check, message));

const readiness = Effect.fnUntraced(function* () {
  const check = "server";
  const { value, from } = yield* findServer();
  return yield* HttpClient.get(`${value}/readyz`).pipe(
    Effect.timeout("5 seconds"),
    Effect.map(({ status }) =>
      status === 200
        ? well(check, `${value} is ready`)
        : unwell(check, `${value} is not ready (status ${status}): look at its log`),
    ),
    Effect.catch(() =>
      Effect.succeed(unwell(check, `${value} (from ${from}) does not answer: start it with "npm start"`)),
    ),
  );
});

const token = Effect.fnUntraced(function* () {
  const { token } = yield* findTarget();
  const { name, role } = yield* askField("query", "me", {}, Operator);
  return well("operator token", `from ${token.from}: ${name}, ${role.toLowerCase()}`);
});

const Waiting = Schema.Array(
  Schema.Struct({
    slug: Schema.String,
    pendingAccounts: Schema.Int,
    exceptions: Schema.Array(Schema.Struct({ id: Schema.String })),
  }),
);

const openExceptions = Effect.fnUntraced(function* () {
  const check = "exceptions";
  const organizations = yield* askField("query", "organizations", {}, Waiting);
  const [first, ...others] = organizations.filter(({ exceptions }) => exceptions.length > 0);
  if (first === undefined) return well(check, "none open");
  const slugs = [first, ...others].map(({ slug }) => slug).join(", ");
  return unwell(check, `open in ${slugs}: rolebridge exception list -o ${first.slug}`);
});

const Read = Schema.Array(
  Schema.Struct({
    slug: Schema.String,
    connections: Schema.Array(
      Schema.Struct({
        slug: Schema.String,
        enabled: Schema.Boolean,
        waits: Schema.Boolean,
        sync: Schema.NullOr(
          Schema.Struct({
            state: Schema.String,
            reason: Schema.NullOr(Schema.String),
            detail: Schema.NullOr(Schema.String),
            why: Schema.NullOr(Schema.String),
            followReason: Schema.NullOr(Schema.String),
          }),
        ),
      }),
    ),
  }),
);

type Seen = (typeof Read.Type)[number]["connections"][number];

const trouble = (organization: string, connection: Seen): Check => {
  const { slug, sync } = connection;
  const remedy = remedyText(sync?.reason ?? sync?.followReason ?? null, slug);
  const why = sync?.reason == null ? `: ${sync?.why}` : ` (${sync.reason}): ${sync.detail}`;
  return unwell(`connection ${organization}/${slug}`, `${stateText(connection)}${why} ${remedy}`);
};

/** One line for each connection that cannot be read as it should, in every organization to be seen. */
const connections = Effect.fnUntraced(function* () {
  const organizations = yield* askField("query", "organizations", {}, Read);
  const troubled = organizations.flatMap(({ slug, connections }) =>
    connections.filter(isTroubled).map((connection) => trouble(slug, connection)),
  );
  const read = organizations.flatMap(({ connections }) => connections.filter(({ sync }) => sync !== null));
  if (troubled.length > 0) return troubled;
  return [
    well("connections", read.length === 0 ? "none is read" : `all ${read.length} that are read go well`),
  ];
});

/** What can be asked of the server. Further questions only where the ones before were answered. */
export const checkServer = Effect.fn("checkServer")(function* () {
  const server = yield* readiness().pipe(Effect.catch(failed("server")));
  if (!server.ok) return [server];
  const known: Check = yield* token().pipe(Effect.catch(failed("operator token")));
  if (!known.ok) return [server, known];
  return [
    server,
    known,
    ...(yield* connections().pipe(
      Effect.catch((failure) => Effect.map(failed("connections")(failure), (check) => [check])),
    )),
    yield* openExceptions().pipe(Effect.catch(failed("exceptions"))),
  ];
});
