/** Answers that a client may keep and must ask about again: by strong entity tags (RFC 9110 §8.8.3, §13.1.2). */
import { createHash } from "node:crypto";
import { Effect, Schema } from "effect";
import { type HttpServerRequest, HttpServerResponse } from "effect/http";

/** Of the very bytes: whatever differs in the answer makes another. */
const tagOf = (body: string): string => `"${createHash("sha256").update(body).digest("base64url")}"`;

const named = (header: string): ReadonlyArray<string> => header.match(/"[^"]*"/g) ?? [];

const isKnown = (header: string | undefined, tag: string): boolean =>
  header !== undefined && (header.trim() === "*" || named(header).includes(tag));

/** No shared cache may keep what one application was told, and none may give it out without asking. */
const control = "private, no-cache";

/** The answer in the form of its schema, or 304 where the client has these bytes. */
export const cachedAnswer = Effect.fnUntraced(function* <S extends Schema.ConstraintEncoder<unknown>>(
  request: HttpServerRequest.HttpServerRequest,
  schema: S,
  answer: S["Type"],
) {
  const body = JSON.stringify(yield* Effect.orDie(Schema.encodeUnknownEffect(schema)(answer)));
  const etag = tagOf(body);
  const headers = { etag, "cache-control": control, vary: "authorization" };
  return isKnown(request.headers["if-none-match"], etag)
    ? HttpServerResponse.empty({ status: 304, headers })
    : HttpServerResponse.text(body, { contentType: "application/json", headers });
});
