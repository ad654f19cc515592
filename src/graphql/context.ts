import { Cause, type Context, Effect } from "effect";
import type { Failure } from "../domain/index.ts";
import type { ServerAddress } from "../http/index.ts";
import type { MasterKey, Store } from "../store/index.ts";
import type { Connectors, MappingCache, UserAttributes } from "../sync/index.ts";
import type { Caller, TxtRecords } from "../tenancy/index.ts";
import { brokenError, failureError } from "./error.ts";

/** What resolvers may need of the server. */
export type Services =
  | Store
  | MappingCache
  | ServerAddress
  | MasterKey
  | Connectors
  | TxtRecords
  | UserAttributes;

/** What every resolver of one request gets. */
export interface RequestContext {
  readonly caller: Caller;
  /** Runs an effect. Its failure, or what broke in it, becomes a GraphQL error. */
  readonly run: <A>(effect: Effect.Effect<A, Failure, Services>) => Promise<A>;
  /** The same, once for all things of one list: `list` is what they share. */
  readonly once: <A>(list: object, effect: Effect.Effect<A, Failure, Services>) => Promise<A>;
  /** Writes what broke to the log, where its request id finds it. */
  readonly report: (broken: unknown) => void;
}

/** Keeps the promise that `effect` became under its list, so that 500 accounts ask for their roles in one go. */
const onceWith = (run: RequestContext["run"]): RequestContext["once"] => {
  const known = new WeakMap<object, Promise<unknown>>();
  return <A>(list: object, effect: Effect.Effect<A, Failure, Services>) => {
    const started = known.get(list) ?? run(effect);
    known.set(list, started);
    // A list is the key of one kind of effect only: who makes it and who reads it stand in one file.
    return started as Promise<A>;
  };
};

const asGraphQL = <A>(effect: Effect.Effect<A, Failure, Services>) =>
  effect.pipe(
    Effect.tapError((failure) =>
      failure._tag === "Unavailable"
        ? Effect.logWarning("The database is away.", failure.cause)
        : Effect.void,
    ),
    Effect.mapError(failureError),
    Effect.catchDefect((defect) => Effect.fail(brokenError(defect))),
  );

/** `services` are those of the request, so that what is logged in a resolver carries the request's id. */
export const requestContext = (caller: Caller, services: Context.Context<Services>): RequestContext => {
  const run = <A>(effect: Effect.Effect<A, Failure, Services>) =>
    Effect.runPromiseWith(services)(asGraphQL(effect));
  return {
    caller,
    run,
    once: onceWith(run),
    report: (broken) =>
      void Effect.runForkWith(services)(Effect.logError("A GraphQL field broke.", Cause.die(broken))),
  };
};
