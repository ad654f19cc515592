import { Effect } from "effect";
import { HttpRouter, HttpServerResponse } from "effect/http";

/** What no route answers (RFC 9457). */
export const fallback = HttpRouter.add(
  "*",
  "/*",
  Effect.succeed(
    HttpServerResponse.jsonUnsafe(
      { type: "about:blank", title: "Not found", status: 404, detail: "There is nothing at this address." },
      { status: 404, contentType: "application/problem+json" },
    ),
  ),
);
