/** From what was read, or what went wrong, to what is sent. */
import { Cause, Effect, Layer, type Schema } from "effect";
import type { HttpServerRequest } from "effect/http";
import { HttpApiError } from "effect/http-api";
import { handling, type ProblemFailure, problem, problemOf } from "../http/index.ts";
import { Edge, Secured } from "./api.ts";
import { cachedAnswer } from "./cached.ts";

const busy = (failure: ProblemFailure) =>
  failure._tag === "Unavailable" ? Effect.logWarning("The database is away.", failure.cause) : Effect.void;

/** What was read, in the form of its schema; a problem where it could not be. */
export const answered = <S extends Schema.ConstraintEncoder<unknown>, R>(
  request: HttpServerRequest.HttpServerRequest,
  schema: S,
  work: Effect.Effect<S["Type"], ProblemFailure, R>,
) =>
  work.pipe(
    Effect.flatMap((answer) => cachedAnswer(request, schema, answer)),
    Effect.tapError(busy),
    Effect.catch((failure) => Effect.succeed(problemOf(failure))),
  );

/** What came is not as the document says. What it was is not repeated. */
const malformed = (error: unknown) =>
  HttpApiError.HttpApiSchemaError.is(error)
    ? Effect.succeed(
        problem(
          400,
          `The ${error.kind.toLowerCase()} is not as /v1/openapi.json describes it: compare the two.`,
        ),
      )
    : Effect.die(Cause.squash(Cause.fail(error)));

const broken = (detail: string) => problem(500, detail);

export const edge = Layer.merge(
  Layer.succeed(
    Edge,
    Edge.of((work) => handling({ route: "rest", broken }, () => Effect.catch(work, malformed))),
  ),
  Layer.succeed(Secured, Secured.of({ application: (work) => work })),
);
