import { Effect, Schema } from "effect";
import { HttpRouter, type HttpServerRequest, HttpServerResponse } from "effect/http";
import { Forbidden, InvalidSyntax, NotSupported } from "../domain/index.ts";
import { countingFailures, handling, parseJson, readBody, ServerAddress } from "../http/index.ts";
import { authenticateOperator } from "../tenancy/index.ts";
import { requestContext, type Services } from "./context.ts";
import { brokenResponse, codedError, errorResponse, failureResponse } from "./error.ts";
import { execute } from "./execute.ts";

const bodyLimit = 1024 * 1024;

type Request = HttpServerRequest.HttpServerRequest;

/** A browser names the page's origin: no page but our own may act with what its visitor holds. */
const checkOrigin = Effect.fnUntraced(function* ({ headers }: Request) {
  const { publicUrl } = yield* ServerAddress;
  const origin = headers["origin"];
  if (origin === undefined || origin === new URL(publicUrl).origin) return;
  return yield* new Forbidden({ detail: "Requests from pages of another origin are refused." });
});

const checkType = ({ headers }: Request) =>
  /^application\/json *(;|$)/i.test(headers["content-type"] ?? "")
    ? Effect.void
    : Effect.fail(new NotSupported({ detail: "Send the request as application/json." }));

const Form = Schema.Struct({
  query: Schema.String,
  variables: Schema.optionalKey(Schema.NullOr(Schema.Record(Schema.String, Schema.Unknown))),
  operationName: Schema.optionalKey(Schema.NullOr(Schema.String)),
});

const requestOf = Effect.fnUntraced(function* (request: Request) {
  const body = yield* Effect.fromResult(parseJson(yield* readBody(request, bodyLimit)));
  return yield* Schema.decodeUnknownEffect(Form)(body).pipe(
    Effect.mapError(
      () =>
        new InvalidSyntax({
          detail: "Send one JSON object with query and, where it has them, variables and operationName.",
        }),
    ),
  );
});

/** Nothing of a stranger's request is read: neither its body nor whether its fields exist. */
const perform = Effect.fnUntraced(function* (request: Request, requestId: string) {
  yield* checkOrigin(request);
  const caller = yield* countingFailures(
    request,
    authenticateOperator(request.headers["authorization"], requestId),
  );
  yield* checkType(request);
  const wanted = yield* requestOf(request);
  const services = yield* Effect.context<Services>();
  const text = yield* execute(wanted, requestContext(caller, services));
  // Answers may hold a token that is shown once.
  const headers = { "cache-control": "no-store" };
  return HttpServerResponse.text(text, { contentType: "application/json; charset=utf-8", headers });
});

const dispatch = (request: Request, requestId: string) => {
  if (request.method !== "POST") {
    const error = codedError("NotSupported", `${request.method} does not exist here. Use POST.`);
    return Effect.succeed(errorResponse(405, error, { allow: "POST" }));
  }
  return perform(request, requestId).pipe(
    Effect.tapError((failure) =>
      failure._tag === "Unavailable"
        ? Effect.logWarning("The database is away.", failure.cause)
        : Effect.void,
    ),
    Effect.catch((failure) => Effect.succeed(failureResponse(failure))),
  );
};

/** The management surface at `/graphql`: POST, JSON, an operator's token. */
export const graphqlRoutes = HttpRouter.add(
  "*",
  "/graphql",
  handling({ route: "graphql", broken: brokenResponse }, dispatch),
  // A client that hangs up must not leave half of its mutations undone: it would not know which half.
  { uninterruptible: true },
);
