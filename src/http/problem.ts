/** How each failure looks to a program (RFC 9457): one table for every address that has no form of its own. */
import { HttpServerResponse } from "effect/http";
import type {
  InvalidSyntax,
  InvalidValue,
  NotFound,
  NotUnique,
  Throttled,
  TooLarge,
  Unauthenticated,
  Unavailable,
} from "../domain/index.ts";
import type { Overloaded } from "./turns.ts";

export type ProblemFailure =
  | InvalidSyntax
  | InvalidValue
  | NotFound
  | NotUnique
  | Overloaded
  | Throttled
  | TooLarge
  | Unauthenticated
  | Unavailable;

const titles: Readonly<Record<number, string>> = {
  400: "Bad request",
  401: "Not authenticated",
  403: "Refused",
  404: "Not found",
  405: "Method not allowed",
  409: "Conflict",
  422: "Not accepted",
  429: "Too many requests",
  500: "Broken",
  503: "Busy",
};

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
}

export const problem = (status: number, detail: string, headers: Record<string, string> = {}) =>
  HttpServerResponse.jsonUnsafe(
    { type: "about:blank", title: titles[status] ?? "Error", status, detail } satisfies Problem,
    { status, contentType: "application/problem+json", headers: { "cache-control": "no-store", ...headers } },
  );

const later = (status: number, retryAfter: number, detail: string) =>
  problem(status, detail, { "retry-after": String(retryAfter) });

const busy = "The service is busy. Try again after the time in Retry-After.";
const waiting =
  "Too many requests of this organization wait already. Send fewer at once, and this one again after the time in Retry-After.";

const notFound = ({ kind, id, hint }: NotFound): string =>
  `There is no ${kind} ${id.slice(0, 127)} here.${hint === undefined ? "" : ` ${hint}`}`;

export const problemOf = (failure: ProblemFailure) => {
  switch (failure._tag) {
    case "InvalidSyntax":
    case "InvalidValue":
      return problem(400, failure.detail);
    case "TooLarge":
      return problem(400, `The body is larger than ${failure.limit} bytes.`);
    case "Unauthenticated":
      return problem(401, failure.detail, { "www-authenticate": 'Bearer realm="rolebridge"' });
    case "NotFound":
      return problem(404, notFound(failure));
    case "NotUnique":
      return problem(409, failure.detail);
    case "Throttled":
      return later(429, failure.retryAfter, "Too many bad credentials came from this address.");
    case "Overloaded":
      return later(429, failure.retryAfter, waiting);
    case "Unavailable":
      return later(503, failure.retryAfter, busy);
  }
};
