/** How each failure looks to an OAuth client (RFC 6749 §5.2). */
import { Data } from "effect";
import { HttpServerResponse } from "effect/http";
import type { InvalidSyntax, Throttled, TooLarge, Unauthenticated, Unavailable } from "../domain/index.ts";
import type { NoKeys } from "./keys.ts";

/** A request that the RFC has a name for. `detail`: printable ASCII without quotes and backslashes. */
export class Refused extends Data.TaggedError("Refused")<{
  readonly error: "invalid_request" | "unsupported_grant_type" | "invalid_scope";
  readonly detail: string;
}> {}

export type OAuthFailure =
  | Refused
  | InvalidSyntax
  | TooLarge
  | Unauthenticated
  | Throttled
  | NoKeys
  | Unavailable;

/** No cache keeps a token, or what was said instead of one (RFC 6749 §5.1). */
export const unkept = { "cache-control": "no-store", pragma: "no-cache" };

export const errorResponse = (
  status: number,
  error: string,
  detail: string,
  headers: Record<string, string> = {},
) =>
  HttpServerResponse.jsonUnsafe(
    { error, error_description: detail },
    { status, headers: { ...unkept, ...headers } },
  );

const tooMany =
  "Too many bad credentials came from this address. Correct them, then try again after the time in Retry-After.";
const keysAway =
  "The address of this client's keys does not answer. Try again after the time in Retry-After.";
const busy = "The service is busy. Try again after the time in Retry-After.";

export const failureResponse = (failure: OAuthFailure) => {
  switch (failure._tag) {
    case "Refused":
      return errorResponse(400, failure.error, failure.detail);
    case "InvalidSyntax":
      return errorResponse(400, "invalid_request", failure.detail);
    case "TooLarge":
      return errorResponse(400, "invalid_request", `The body is larger than ${failure.limit} bytes.`);
    case "Unauthenticated":
      // RFC 9110 §15.5.2 wants a challenge in every 401, RFC 6749 one for the scheme that was used: there is one only.
      return errorResponse(401, "invalid_client", failure.detail, {
        "www-authenticate": 'Basic realm="oauth", charset="UTF-8"',
      });
    case "Throttled":
      return errorResponse(429, "invalid_client", tooMany, { "retry-after": String(failure.retryAfter) });
    case "NoKeys":
      return errorResponse(503, "temporarily_unavailable", keysAway, { "retry-after": "60" });
    case "Unavailable":
      return errorResponse(503, "temporarily_unavailable", busy, {
        "retry-after": String(failure.retryAfter),
      });
  }
};
