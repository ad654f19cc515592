/** From the secret of an application to a transaction of the one organization it belongs to. */
import { Effect } from "effect";
import type { HttpServerRequest } from "effect/http";
import type { ApplicationId } from "../domain/index.ts";
import { countingFailures, inTurn } from "../http/index.ts";
import { applicationOf, applicationToken, claimOf } from "../login/index.ts";
import { Store, type TenantTx } from "../store/index.ts";

type Request = HttpServerRequest.HttpServerRequest;

/** Reads for whoever holds the secret, all of it as it is at one moment. Fails with Unauthenticated where it is none. */
export const readingFor = <A, E extends { readonly _tag: string }, R>(
  request: Request,
  work: (tx: TenantTx, application: ApplicationId) => Effect.Effect<A, E, R>,
) =>
  countingFailures(
    request,
    Effect.gen(function* () {
      const store = yield* Store;
      const token = yield* applicationToken(request.headers["authorization"]);
      const read = store.reading(
        token.scope,
        Effect.fnUntraced(function* (tx) {
          return yield* work(tx, yield* applicationOf(tx, token));
        }),
      );
      return yield* inTurn(claimOf(token), read);
    }),
  );
