/** Performs a bulk request, operation by operation, and says of each how it ended. */
import { Effect, Result } from "effect";
import { InvalidValue } from "../../domain/index.ts";
import type { ScimAnswer } from "../context.ts";
import { errorBody, statusOf } from "../error.ts";
import { type ScimFailure, Unresolved } from "../failure.ts";
import type { JsonObject } from "../schema/index.ts";
import { planOf, substituted } from "./references.ts";
import type { BulkOperation, BulkRequest } from "./request.ts";

export { readBulk } from "./request.ts";

const responseUrn = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";

/** An operation ready to be performed: ids in the place of references. */
export type BulkStep = Pick<BulkOperation, "method" | "path" | "version" | "data">;
export type Outcome = Result.Result<ScimAnswer, ScimFailure>;

const circle = new Unresolved({
  detail:
    "The references of these operations go round in a circle. Create the resources first, then link them.",
});

const idIn = (location: string | undefined): string => location?.slice(location.lastIndexOf("/") + 1) ?? "";

interface Progress {
  /** The ids of what was created, by bulkId; undefined where creating it failed. */
  readonly created: Map<string, string | undefined>;
  readonly known: ReadonlySet<string>;
}

/** The step with ids for references, or why there is none. */
const resolved = (
  operation: BulkOperation,
  { created, known }: Progress,
): Result.Result<BulkStep, InvalidValue | Unresolved> => {
  const lost: Array<string> = [];
  const step = substituted(operation, (bulkId) => {
    const id = created.get(bulkId);
    if (id === undefined) lost.push(bulkId);
    return id ?? "";
  });
  const [missing] = lost;
  if (missing === undefined) return Result.succeed(step);
  const name = `"bulkId:${missing.slice(0, 100)}"`;
  return known.has(missing)
    ? Result.fail(new Unresolved({ detail: `The operation that should create ${name} failed.` }))
    : Result.fail(new InvalidValue({ detail: `No POST of this request has the bulkId of ${name}.` }));
};

const entryOf = (operation: BulkOperation, outcome: Outcome): JsonObject => {
  const { method, bulkId } = operation;
  const named = { method, ...(bulkId === undefined ? {} : { bulkId }) };
  if (Result.isFailure(outcome)) {
    const { failure } = outcome;
    return { ...named, status: String(statusOf(failure)), response: errorBody(failure) };
  }
  const { status, location, version } = outcome.success;
  return {
    ...named,
    ...(location === undefined ? {} : { location }),
    ...(version === undefined ? {} : { version }),
    status: String(status),
  };
};

/** After these nothing else can succeed: the token ended, the database is away, too many others wait. */
const endings = new Set(["Unauthenticated", "Unavailable", "Overloaded"]);
const endsAll = (outcome: Outcome): boolean => Result.isFailure(outcome) && endings.has(outcome.failure._tag);

/**
 * Performs the operations one by one, each by itself: `perform` commits it or leaves nothing of it. An operation
 * waits for those it refers to. Stops after `failOnErrors` errors; what was not begun has no entry in the answer.
 */
export const runBulk = Effect.fn("runBulk")(function* <R>(
  { operations, failOnErrors }: BulkRequest,
  perform: (step: BulkStep) => Effect.Effect<Outcome, never, R>,
  locate: (path: string) => string,
) {
  const { order, circular } = planOf(operations);
  const known = new Set(
    operations.flatMap(({ method, bulkId }) => (method === "POST" ? (bulkId ?? []) : [])),
  );
  const progress: Progress = { created: new Map(), known };
  const entries = new Map<number, JsonObject>();
  let errors = 0;
  for (const at of order) {
    const operation = operations[at];
    if (operation === undefined || errors >= failOnErrors) break;
    const step = stepOf(operation, progress, circular.has(at));
    const outcome: Outcome = Result.isFailure(step)
      ? Result.fail(step.failure)
      : yield* perform(step.success);
    if (Result.isFailure(outcome)) errors += 1;
    else if (operation.method === "POST" && operation.bulkId !== undefined) {
      progress.created.set(operation.bulkId, idIn(outcome.success.location));
    }
    const path = Result.isSuccess(step) ? step.success.path : operation.path;
    const location = operation.method === "POST" || operation.wrong ? {} : { location: locate(path) };
    entries.set(at, { ...location, ...entryOf(operation, outcome) });
    // Where nothing was done yet, the client is told as for any request: it reads Retry-After, not our entries.
    if (entries.size === 1 && endsAll(outcome) && Result.isFailure(outcome))
      return yield* Effect.fail(outcome.failure);
    if (endsAll(outcome)) break;
    // The embedded database works in this thread: without a turn for others, a thousand operations stop everybody.
    yield* Effect.sleep(0);
  }
  const Operations = operations.flatMap((_, at) => entries.get(at) ?? []) as ReadonlyArray<JsonObject>;
  return { status: 200, body: { schemas: [responseUrn], Operations } } satisfies ScimAnswer;
});

const stepOf = (
  operation: BulkOperation,
  progress: Progress,
  isCircular: boolean,
): Result.Result<BulkStep, ScimFailure> => {
  if (operation.wrong !== undefined) return Result.fail(operation.wrong);
  return isCircular ? Result.fail(circle) : resolved(operation, progress);
};
