/** Forms that browsers and providers send. */
import type { HttpServerRequest } from "effect/http";

/** By its content type; what it holds is not looked at. */
export const isForm = (request: HttpServerRequest.HttpServerRequest): boolean =>
  /^application\/x-www-form-urlencoded(?:\s*;|$)/i.test(request.headers["content-type"] ?? "");
