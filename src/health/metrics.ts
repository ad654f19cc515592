/** Figures for a monitor, as Prometheus reads them. For operators: how much goes on is nobody else's business. */
import { Effect } from "effect";
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http";
import { PrometheusMetrics } from "effect/observability";
import { countingFailures } from "../http/index.ts";
import { authenticateOperator } from "../tenancy/index.ts";

const type = "text/plain; version=0.0.4; charset=utf-8";

const refused = HttpServerResponse.text("Send a valid operator token as a bearer token.\n", {
  status: 401,
  headers: { "www-authenticate": 'Bearer realm="rolebridge"' },
});

const show = Effect.gen(function* () {
  const request = yield* HttpServerRequest.HttpServerRequest;
  yield* countingFailures(request, authenticateOperator(request.headers["authorization"], "metrics"));
  return HttpServerResponse.text(yield* PrometheusMetrics.format(), { contentType: type });
});

export const metrics = HttpRouter.add(
  "GET",
  "/metrics",
  show.pipe(Effect.catch(() => Effect.succeed(refused))),
);
