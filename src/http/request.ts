import { Cause, Clock, Context, Effect } from "effect";
import { HttpServerRequest, HttpServerResponse } from "effect/http";
import { newId } from "../store/index.ts";

/** Path segments, decoded, without empty ones; undefined when an escape is broken. */
export const segmentsOf = (path: string): ReadonlyArray<string> | undefined => {
  try {
    return path
      .split("/")
      .filter((segment) => segment !== "")
      .map(decodeURIComponent);
  } catch {
    return undefined;
  }
};

const nowhere = "http://server/";

/**
 * Path and query asked for; the root where they are none. Not `originalUrl`, which begins with the Host header: what
 * a client writes there would be read as a path. The dot keeps `//name` from being read as a host.
 */
export const urlOf = ({ url }: HttpServerRequest.HttpServerRequest): URL =>
  URL.parse(url.startsWith("/") ? `.${url}` : url, nowhere) ?? new URL(nowhere);

/** Of the request that is being handled. Empty outside of one. */
export const RequestId = Context.Reference<string>("rolebridge/http/RequestId", { defaultValue: () => "" });

interface Handling {
  /** For the log: what kind of address this is, without ids or values. */
  readonly route: string;
  /** What to answer when we broke: the protocol's own form, no cause in it. */
  readonly broken: (detail: string) => HttpServerResponse.HttpServerResponse;
}

/**
 * Gives each request an id, answers 500 in the protocol's form when we break, and writes one log line. The id
 * is in the answer, in the log and in the events the request leaves.
 */
export const handling = <R>(
  { route, broken }: Handling,
  handler: (
    request: HttpServerRequest.HttpServerRequest,
    requestId: string,
  ) => Effect.Effect<HttpServerResponse.HttpServerResponse, never, R>,
) =>
  Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest;
    const requestId = newId();
    const started = yield* Clock.currentTimeMillis;
    const response = yield* handler(request, requestId).pipe(
      Effect.catchDefect((defect) =>
        Effect.as(
          Effect.logError("A request broke.", Cause.die(defect)),
          broken(`Something went wrong here. Report it with the request id ${requestId}.`),
        ),
      ),
      Effect.annotateLogs({ request: requestId }),
      Effect.provideService(RequestId, requestId),
    );
    const milliseconds = (yield* Clock.currentTimeMillis) - started;
    yield* Effect.logDebug("request", {
      request: requestId,
      method: request.method,
      route,
      status: response.status,
      milliseconds,
    });
    return HttpServerResponse.setHeader(response, "x-request-id", requestId);
  });
