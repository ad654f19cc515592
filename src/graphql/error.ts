/** How each failure looks to a GraphQL client: its tag as `extensions.code`, and one sentence. */
import { HttpServerResponse } from "effect/http";
import { GraphQLError } from "graphql";
import type { Failure } from "../domain/index.ts";
import { quietSentence } from "./quiet.ts";

/** The HTTP status of a request refused before anything of it was executed. */
const statuses: Readonly<Record<Failure["_tag"], number>> = {
  InvalidSyntax: 400,
  InvalidFilter: 400,
  InvalidPath: 400,
  InvalidValue: 400,
  NoTarget: 400,
  NotMutable: 400,
  NotUnique: 409,
  NotFound: 404,
  Unauthenticated: 401,
  Throttled: 429,
  Forbidden: 403,
  TooMany: 409,
  TooLarge: 413,
  NotSupported: 415,
  Unavailable: 503,
};

const sentenceOf = (failure: Failure): string => {
  switch (failure._tag) {
    case "NotFound":
      return [`There is no ${failure.kind} ${failure.id.slice(0, 100)} here.`, failure.hint ?? []]
        .flat()
        .join(" ");
    case "TooLarge":
      return `The body is larger than ${failure.limit} bytes. Send less in one request.`;
    case "Unavailable":
      return `The service is busy. Try again in ${failure.retryAfter} seconds.`;
    case "Throttled":
      return `Too many bad tokens came from this address. Correct the token, then try again in ${failure.retryAfter} seconds.`;
    default:
      return failure.detail;
  }
};

const internal = "Internal";
const codes: ReadonlySet<unknown> = new Set([...Object.keys(statuses), internal]);

/** An error of ours. Everything else that execution throws is a defect. */
export const codedError = (code: Failure["_tag"], sentence: string): GraphQLError =>
  new GraphQLError(sentence, { extensions: { code } });

export const failureError = (failure: Failure): GraphQLError => codedError(failure._tag, sentenceOf(failure));

/** A defect on its way out: its cause goes along for the log and is never shown. */
export const brokenError = (cause: unknown): GraphQLError =>
  new GraphQLError("Something went wrong here.", {
    extensions: { code: internal },
    originalError: cause instanceof Error ? cause : new Error(String(cause)),
  });

/** What broke; undefined where nothing did. */
export const brokenBy = (error: GraphQLError): unknown => {
  if (error.extensions["code"] !== internal) return undefined;
  const { originalError } = error;
  return originalError instanceof GraphQLError ? brokenBy(originalError) : originalError;
};

const copied = (error: GraphQLError, sentence: string, code: string) => {
  const { nodes, source, positions, path } = error;
  return new GraphQLError(sentence, { nodes, source, positions, path, extensions: { code } });
};

/**
 * What may leave of an error that execution gives. Ours carry a code of ours; graphql's, about the document or
 * its variables, get one; anything else is a defect.
 */
export const maskedError = (error: unknown): GraphQLError => {
  if (!(error instanceof GraphQLError)) return brokenError(error);
  if (codes.has(error.extensions["code"])) return error;
  const { originalError } = error;
  if (originalError === undefined || originalError instanceof GraphQLError) {
    return copied(error, quietSentence(error), "InvalidSyntax");
  }
  return brokenError(originalError);
};

const brokenSentence = (requestId: string): string =>
  `Something went wrong here. Report it with the request id ${requestId}.`;

/** The same error, with the id under which the log has its cause. */
export const withRequestId = (error: GraphQLError, requestId: string): GraphQLError =>
  copied(error, brokenSentence(requestId), internal);

/** An answer that carries only an error. */
export const errorResponse = (
  status: number,
  { message, extensions }: GraphQLError,
  headers: Record<string, string> = {},
) =>
  HttpServerResponse.jsonUnsafe(
    { errors: [{ message, extensions }] },
    { status, headers: { "cache-control": "no-store", ...headers } },
  );

const headersOf = (failure: Failure): Record<string, string> => {
  if (failure._tag === "Unauthenticated") return { "www-authenticate": 'Bearer realm="rolebridge"' };
  return failure._tag === "Unavailable" || failure._tag === "Throttled"
    ? { "retry-after": String(failure.retryAfter) }
    : {};
};

/** The answer to a request that was refused whole. */
export const failureResponse = (failure: Failure) =>
  errorResponse(statuses[failure._tag], failureError(failure), headersOf(failure));

/** The answer when we broke before a document was executed. `detail` names the request id. */
export const brokenResponse = (detail: string) =>
  errorResponse(500, new GraphQLError(detail, { extensions: { code: internal } }));
