import { Effect } from "effect";
import { HttpRouter, HttpServerResponse } from "effect/http";
import { ping } from "../store/index.ts";

const answer = (status: number, text: string) => HttpServerResponse.jsonUnsafe({ status: text }, { status });

const live = HttpRouter.add("GET", "/healthz", Effect.succeed(answer(200, "ok")));

/** Ready means that the database answers: a load balancer keeps requests away while it does not. */
const ready = HttpRouter.add(
  "GET",
  "/readyz",
  ping().pipe(
    Effect.as(answer(200, "ok")),
    Effect.timeoutOrElse({
      duration: "3 seconds",
      orElse: () => Effect.succeed(answer(503, "the database is slow")),
    }),
    Effect.catch(() => Effect.succeed(answer(503, "the database is away"))),
  ),
);

export { live, ready };
