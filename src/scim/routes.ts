import { Effect } from "effect";
import { HttpRouter, type HttpServerRequest, HttpServerResponse } from "effect/http";
import { InvalidSyntax } from "../domain/index.ts";
import {
  announcedSize,
  handling,
  parseJson,
  readBody,
  ServerAddress,
  segmentsOf,
  urlOf,
} from "../http/index.ts";
import { MasterKey, Store } from "../store/index.ts";
import { authenticate, claimedToken } from "./authenticate.ts";
import { defaultDialect, type ScimAnswer } from "./context.ts";
import { errorResponse, failureResponse, scimMediaType } from "./error.ts";
import { type Found, findOperation, takesBody } from "./operations.ts";

const prefix = "/scim/v2";
/** A larger body, or one of unknown size, is only read from a client whose token was checked. */
const unauthenticatedBytes = 1024 * 1024;

type Request = HttpServerRequest.HttpServerRequest;
type Operation = Extract<Found, { readonly _tag: "Operation" }>;

const respond = ({ status, body, location, version }: ScimAnswer) => {
  const headers = {
    ...(location === undefined ? {} : { location }),
    ...(version === undefined ? {} : { etag: version }),
  };
  return body === undefined
    ? HttpServerResponse.empty({ status, headers })
    : HttpServerResponse.jsonUnsafe(body, { status, contentType: scimMediaType, headers });
};

const isJson = (type: string | undefined): boolean => type === undefined || /[/+]json *(;|$)/i.test(type);

const bodyOf = Effect.fnUntraced(function* (request: Request, limit: number) {
  if (!takesBody(request.method)) return undefined;
  if (!isJson(request.headers["content-type"])) {
    return yield* new InvalidSyntax({ detail: `Send the body as ${scimMediaType}.` });
  }
  return yield* Effect.fromResult(parseJson(yield* readBody(request, limit)));
});

const perform = Effect.fnUntraced(function* (request: Request, requestId: string, operation: Operation) {
  const store = yield* Store;
  const { publicUrl } = yield* ServerAddress;
  const masterKey = yield* MasterKey;
  const token = yield* claimedToken(request.headers["authorization"]);
  if (takesBody(request.method) && !((announcedSize(request) ?? Infinity) <= unauthenticatedBytes)) {
    yield* store.tenant(token.scope, (tx) => authenticate(tx, token, requestId));
  }
  const body = yield* bodyOf(request, operation.bodyLimit);
  return yield* store.tenant(
    token.scope,
    Effect.fnUntraced(function* (tx) {
      const { connection, origin } = yield* authenticate(tx, token, requestId);
      const context = {
        tx,
        connection,
        origin,
        baseUrl: `${publicUrl}${prefix}`,
        dialect: defaultDialect,
        query: urlOf(request).searchParams,
        masterKey,
        conditions: { ifMatch: request.headers["if-match"], ifNoneMatch: request.headers["if-none-match"] },
        anonymousClient: (request.headers["user-agent"] ?? "") === "",
      };
      return yield* operation.run(context, operation.id, body);
    }),
  );
});

const dispatch = (request: Request, requestId: string) => {
  const segments = segmentsOf(urlOf(request).pathname.slice(prefix.length));
  const found: Found =
    segments === undefined ? { _tag: "NoAddress" } : findOperation(request.method, segments);
  switch (found._tag) {
    case "NoAddress":
      return Effect.succeed(errorResponse(404, `There is no such address under ${prefix}.`));
    case "NoMethod": {
      const headers = { allow: found.allowed.join(", ") };
      const detail = `${request.method} does not exist here. Use ${found.allowed.join(", ")}.`;
      return Effect.succeed(errorResponse(405, detail, { headers }));
    }
    case "Operation":
      return perform(request, requestId, found).pipe(
        Effect.map(respond),
        Effect.tapError((failure) =>
          failure._tag === "Unavailable"
            ? Effect.logWarning("The database is away.", failure.cause)
            : Effect.void,
        ),
        Effect.catch((failure) => Effect.succeed(failureResponse(failure))),
      );
  }
};

/** Inbound SCIM 2.0 at `/scim/v2`: the credential decides organization and connection. */
export const scimRoutes = HttpRouter.add(
  "*",
  `${prefix}/*`,
  handling({ route: "scim", broken: (detail) => errorResponse(500, detail) }, dispatch),
  // A client that hangs up must not leave half of its request undone: it would not know which half.
  { uninterruptible: true },
);
