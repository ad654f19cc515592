import { ByteSize, Effect } from "effect";
import { HttpIncomingMessage, type HttpServerRequest } from "effect/http";
import { InvalidSyntax, TooLarge } from "../domain/index.ts";

/** The announced size in bytes; undefined for a chunked body. */
export const announcedSize = (request: HttpServerRequest.HttpServerRequest): number | undefined => {
  const text = request.headers["content-length"];
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
};

const isOverflow = (error: unknown): boolean => {
  if (typeof error !== "object" || error === null) return false;
  if ("_tag" in error && error._tag === "MaxBytesError") return true;
  return ("cause" in error && isOverflow(error.cause)) || ("reason" in error && isOverflow(error.reason));
};

/** The whole body, at most `limit` bytes: TooLarge beyond it, InvalidSyntax when it breaks off. */
export const readBody = Effect.fn("readBody")(function* (
  request: HttpServerRequest.HttpServerRequest,
  limit: number,
) {
  if ((announcedSize(request) ?? 0) > limit) return yield* new TooLarge({ limit });
  const bytes = yield* request.arrayBuffer.pipe(
    Effect.provideService(HttpIncomingMessage.MaxBodySize, ByteSize.bytes(limit)),
    Effect.mapError((error) =>
      isOverflow(error)
        ? new TooLarge({ limit })
        : new InvalidSyntax({ detail: "The body could not be read." }),
    ),
  );
  return new Uint8Array(bytes);
});
