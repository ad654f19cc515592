import { Effect, Result } from "effect";
import { HttpRouter, type HttpServerRequest, HttpServerResponse } from "effect/http";
import { InvalidSyntax, NotFound } from "../domain/index.ts";
import { announcedSize, countingFailures, handling, parseJson, readBody, segmentsOf } from "../http/index.ts";
import {
  AddressForms,
  openSession,
  prefix,
  readAddress,
  type ScimAddress,
  type Session,
} from "./access/index.ts";
import { type BulkStep, type Outcome, readBulk, runBulk } from "./bulk/index.ts";
import type { ScimAnswer } from "./context.ts";
import { errorResponse, failureResponse, scimMediaType } from "./error.ts";
import { Broken, type ScimFailure } from "./failure.ts";
import { type Found, findOperation, takesBody } from "./operations.ts";
import { noteBody, recorded } from "./recording/index.ts";
import { maxBulkBytes } from "./schema/index.ts";

/** A larger body, or one of unknown size, is only read from a client whose token was checked. */
const unauthenticatedBytes = 64 * 1024;
/** To read more than this takes long enough for others to wait. */
const longBytes = 1024 * 1024;

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
  const bytes = yield* readBody(request, limit);
  const body = yield* Effect.fromResult(parseJson(bytes));
  yield* noteBody(body);
  // Reading a large body took its time: let others have theirs before it is checked.
  if (bytes.length > longBytes) yield* Effect.yieldNow;
  return body;
});

const perform = Effect.fnUntraced(function* (
  request: Request,
  address: ScimAddress,
  requestId: string,
  operation: Operation,
) {
  const session = yield* openSession(request, address, requestId);
  if (takesBody(request.method) && !((announcedSize(request) ?? Infinity) <= unauthenticatedBytes)) {
    yield* session.check();
  }
  const body = yield* bodyOf(request, operation.bodyLimit);
  return yield* session.within((context) => operation.run(context, operation.id, body));
});

/** One operation of a bulk request: a transaction of its own, and no body wanted back. */
const performStep = (session: Session, { method, path, version, data }: BulkStep) => {
  const found = findOperation(method, segmentsOf(path) ?? []);
  if (found._tag !== "Operation")
    return Effect.succeed(Result.fail(new NotFound({ kind: "address", id: path })));
  const own = { query: new URLSearchParams({ attributes: "id" }), conditions: { ifMatch: version } };
  return session
    .within((context) => found.run(context, found.id, data), own)
    .pipe(
      Effect.tapDefect((defect) => Effect.logError("An operation of a bulk request broke.", defect)),
      Effect.catchDefect(() => Effect.fail(new Broken({ detail: "Something went wrong here." }))),
      Effect.result,
      Effect.map((outcome): Outcome => outcome),
    );
};

const performBulk = Effect.fnUntraced(function* (request: Request, address: ScimAddress, requestId: string) {
  const session = yield* openSession(request, address, requestId);
  yield* session.check();
  const body = yield* bodyOf(request, maxBulkBytes);
  const bulk = yield* Effect.fromResult(readBulk(body));
  return yield* runBulk(
    bulk,
    (step) => performStep(session, step),
    (path) => `${session.baseUrl}${path}`,
  );
});

const answered = <R>(work: Effect.Effect<ScimAnswer, ScimFailure, R>) =>
  work.pipe(
    Effect.map(respond),
    Effect.tapError((failure) =>
      failure._tag === "Unavailable"
        ? Effect.logWarning("The database is away.", failure.cause)
        : Effect.void,
    ),
    Effect.catch((failure) => Effect.succeed(failureResponse(failure))),
  );

const noAddress = Effect.succeed(errorResponse(404, `There is no such address under ${prefix}.`));

const dispatch = Effect.fnUntraced(function* (request: Request, requestId: string) {
  const address = readAddress(request.url, yield* AddressForms);
  if (address === undefined) return yield* noAddress;
  const found = findOperation(request.method, address.segments);
  switch (found._tag) {
    case "NoAddress":
      return yield* noAddress;
    case "NoMethod": {
      const allow = found.allowed.join(", ");
      const detail = `${request.method} does not exist here. Use ${allow}.`;
      return errorResponse(405, detail, { allow });
    }
    case "Bulk":
      return yield* answered(countingFailures(request, performBulk(request, address, requestId)));
    case "Operation":
      return yield* answered(countingFailures(request, perform(request, address, requestId, found)));
  }
});

/** RFC 7644 §3.8: who asks for plain JSON gets it under that name. An Accept that allows neither is disregarded. */
const wantsPlainJson = (accept: string | undefined): boolean =>
  accept !== undefined && /application\/json/i.test(accept) && !/scim\+json|\*\/\*/i.test(accept);

const named = (request: Request, response: HttpServerResponse.HttpServerResponse) =>
  response.headers["content-type"] === scimMediaType && wantsPlainJson(request.headers["accept"])
    ? HttpServerResponse.setHeader(response, "content-type", "application/json")
    : response;

/** Inbound SCIM 2.0 at `/scim/v2`, in each of its forms. */
export const scimRoutes = HttpRouter.add(
  "*",
  `${prefix}/*`,
  handling({ route: "scim", broken: (detail) => errorResponse(500, detail) }, (request, requestId) =>
    recorded(
      request,
      requestId,
      Effect.map(dispatch(request, requestId), (response) => named(request, response)),
    ),
  ),
  // A client that hangs up must not leave half of its request undone: it would not know which half.
  { uninterruptible: true },
);
