/** How each failure looks to a SCIM client: one row per fact (RFC 7644 §3.12, table 9). */
import { HttpServerResponse } from "effect/http";
import type { ScimFailure } from "./failure.ts";
import type { JsonObject } from "./schema/index.ts";

export const errorUrn = "urn:ietf:params:scim:api:messages:2.0:Error";
export const scimMediaType = "application/scim+json";

interface Row {
  readonly status: number;
  readonly scimType?: string;
}

const table: Readonly<Record<ScimFailure["_tag"], Row>> = {
  InvalidSyntax: { status: 400, scimType: "invalidSyntax" },
  InvalidFilter: { status: 400, scimType: "invalidFilter" },
  InvalidPath: { status: 400, scimType: "invalidPath" },
  InvalidValue: { status: 400, scimType: "invalidValue" },
  OutsideDomain: { status: 400, scimType: "invalidValue" },
  NoTarget: { status: 400, scimType: "noTarget" },
  NotMutable: { status: 400, scimType: "mutability" },
  VersionMismatch: { status: 412 },
  InvalidCursor: { status: 400, scimType: "invalidCursor" },
  ExpiredCursor: { status: 400, scimType: "expiredCursor" },
  InvalidCount: { status: 400, scimType: "invalidCount" },
  NotUnique: { status: 409, scimType: "uniqueness" },
  NotFound: { status: 404 },
  Unauthenticated: { status: 401 },
  Throttled: { status: 429 },
  Overloaded: { status: 429 },
  Forbidden: { status: 403 },
  TooMany: { status: 400, scimType: "tooMany" },
  TooLarge: { status: 413 },
  TooManyOperations: { status: 413 },
  Unresolved: { status: 409 },
  NotSupported: { status: 501 },
  Unavailable: { status: 503 },
  Broken: { status: 500 },
};

const tooManyFailures =
  "Too many bad credentials came from this address. Correct the token, then try again after the time in Retry-After.";

const detailOf = (failure: ScimFailure): string => {
  switch (failure._tag) {
    case "NotFound":
      return `There is no ${failure.kind} ${failure.id.slice(0, 100)} here.`;
    case "TooLarge":
      return `The body is larger than ${failure.limit} bytes. Send less in one request.`;
    case "Unavailable":
      return "The service is busy. Try again after the time in Retry-After.";
    case "Overloaded":
      return "Too many requests of this organization wait already. Send fewer at once, and this one again after the time in Retry-After.";
    case "Throttled":
      return tooManyFailures;
    default:
      return failure.detail;
  }
};

const headersOf = (failure: ScimFailure): Record<string, string> => {
  // RFC 6750 §3.1: no error code for who sent no token, so that a client can tell "sign in" from "sign in again".
  if (failure._tag === "Unauthenticated") {
    const error = failure.presented === true ? ', error="invalid_token"' : "";
    return { "www-authenticate": `Bearer realm="scim"${error}` };
  }
  // Okta understands whole seconds only; a date would make it wait five minutes.
  if (failure._tag === "Unavailable" || failure._tag === "Throttled" || failure._tag === "Overloaded")
    return { "retry-after": String(failure.retryAfter) };
  return {};
};

const bodyOf = ({ status, scimType }: Row, detail: string): JsonObject => ({
  schemas: [errorUrn],
  status: String(status),
  ...(scimType === undefined ? {} : { scimType }),
  detail,
});

export const statusOf = (failure: ScimFailure): number => table[failure._tag].status;

export const errorBody = (failure: ScimFailure): JsonObject => bodyOf(table[failure._tag], detailOf(failure));

/** An error body of the given status, for what is no failure of ours to name. */
export const errorResponse = (status: number, detail: string, headers: Record<string, string> = {}) =>
  HttpServerResponse.jsonUnsafe(bodyOf({ status }, detail), { status, contentType: scimMediaType, headers });

export const failureResponse = (failure: ScimFailure) =>
  HttpServerResponse.jsonUnsafe(errorBody(failure), {
    status: statusOf(failure),
    contentType: scimMediaType,
    headers: headersOf(failure),
  });
