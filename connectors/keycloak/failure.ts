/** From what the client library or the network threw to one reason. Bodies stay out: they may hold anything. */
import { NetworkError } from "@keycloak/keycloak-admin-client";
import { Effect } from "effect";
import { ConnectorFailure, OutboundStopped, type Reason } from "../connector.ts";
import { refusedFields } from "./refusal.ts";

/** Keycloak itself said that there is no such thing. Of the reasons only this one may be taken for an absence. */
export class Absent extends ConnectorFailure {}

export const absent = (failure: ConnectorFailure): failure is Absent => failure instanceof Absent;

/** Nothing, of what was deleted since it was listed: a list that moved, as lists do. */
export const unlessDeleted = <A>(list: Effect.Effect<ReadonlyArray<A>, ConnectorFailure>) =>
  Effect.catchIf(list, absent, () => Effect.succeed<ReadonlyArray<A>>([]));

/** What others called something, fit for a sentence: at most 40 characters, none of them invisible. */
export const shown = (text: string): string => {
  const visible = text
    .slice(0, 41)
    .replace(/\p{C}/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
  return visible.length > 40 ? `${visible.slice(0, 40)}…` : visible;
};

const reasons: Readonly<Record<number, Reason>> = {
  401: "unauthorized",
  403: "forbidden",
  408: "unavailable",
  409: "conflict",
  429: "throttled",
};

const reasonOf = (status: number): Reason => reasons[status] ?? (status >= 500 ? "unavailable" : "refused");

/** RFC 9110 section 10.2.3: seconds or a date. What is neither counts as nothing said. */
export const retryAfter = (header: string | null, now: number, longest: number): number | undefined => {
  if (header === null) return undefined;
  const seconds = /^\s*\d+\s*$/.test(header) ? Number(header) : (Date.parse(header) - now) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(Math.ceil(seconds), 0), longest);
};

const isJson = ({ headers }: Response) =>
  /^application\/([^;]+\+)?json\b/i.test(headers.get("content-type") ?? "");

/** Keycloak's own 404 is JSON with one of these. Any other is of something that stands before it. */
const isOwn = (response: Response, body: unknown) =>
  isJson(response) &&
  typeof body === "object" &&
  body !== null &&
  ("error" in body || "errorMessage" in body);

const notFound = (what: string, own: boolean) =>
  own
    ? new Absent({ reason: "missing", detail: `Keycloak has no ${what}.` })
    : new ConnectorFailure({
        reason: "unavailable",
        detail: `Something that is not Keycloak answered 404 when asked for ${what}. Check what stands before it.`,
      });

const answered = (what: string, { response, responseData }: NetworkError, longest: number) => {
  if (response.status === 404) return notFound(what, isOwn(response, responseData));
  const wait = retryAfter(response.headers.get("retry-after"), Date.now(), longest);
  const reason = reasonOf(response.status);
  return new ConnectorFailure({
    reason,
    detail: `Keycloak answered ${response.status} when asked for ${what}.${response.status === 400 ? refusedFields(responseData) : ""}`,
    ...(wait === undefined ? {} : { retryAfter: wait }),
  });
};

const networkCode = (error: unknown): string => {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause && typeof cause.code === "string"
    ? ` (${cause.code})`
    : "";
};

export const malformed = (what: string) =>
  new ConnectorFailure({
    reason: "malformed",
    detail: `Keycloak's answer for ${what} is not what its API describes.`,
  });

/** `what` names the thing asked for, for the operator. */
export const failureOf = (what: string, longest: number) => (error: unknown) => {
  if (error instanceof NetworkError) return answered(what, error, longest);
  const stopped = OutboundStopped.within(error);
  if (stopped !== undefined) return stopped;
  const silent = error instanceof Error && error.name === "TimeoutError";
  // The library parses the token endpoint's answer itself; for all else it hands on what it could not parse.
  if (error instanceof SyntaxError) return malformed(what);
  const detail = silent
    ? `Keycloak did not answer in time when asked for ${what}.`
    : `Keycloak could not be reached for ${what}${networkCode(error)}.`;
  return new ConnectorFailure({ reason: "unavailable", detail });
};

/** At the token endpoint 400 and 401 both mean: this client and secret are not accepted. 404 is nobody's absence. */
export const tokenFailureOf = (longest: number, realm: string, baseUrl: string) => (error: unknown) => {
  const status = error instanceof NetworkError ? error.response.status : 0;
  if (status === 404)
    return new ConnectorFailure({
      reason: "missing",
      detail: `There is no realm ${shown(realm)} at ${baseUrl}. Check realm and baseUrl (older servers answer under /auth).`,
    });
  if (status !== 400 && status !== 401) return failureOf("a token", longest)(error);
  return new ConnectorFailure({
    reason: "unauthorized",
    detail:
      "Keycloak does not accept the client ID and secret. Check both, and that the client is enabled, confidential and has its service account switched on.",
  });
};
