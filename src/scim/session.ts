/** One client's request: who asks, and a transaction with everything an operation needs. */
import { Effect } from "effect";
import type { HttpServerRequest } from "effect/http";
import { ServerAddress, Turns, urlOf } from "../http/index.ts";
import { MasterKey, Store, type TenantTx } from "../store/index.ts";
import { authenticate, claimedToken } from "./authenticate.ts";
import type { ScimContext } from "./context.ts";
import { profileOf } from "./profile.ts";
import { noteRecording } from "./recording/index.ts";

export const prefix = "/scim/v2";

type Request = HttpServerRequest.HttpServerRequest;

/** What an operation of a bulk request has of its own. */
type Own = Partial<Pick<ScimContext, "query" | "conditions">>;

/** What the credential claims, and ways to check it; fails where it is not even of the right form. */
export const openSession = Effect.fnUntraced(function* (request: Request, requestId: string) {
  const store = yield* Store;
  const { publicUrl } = yield* ServerAddress;
  const masterKey = yield* MasterKey;
  const turns = yield* Turns;
  const token = yield* claimedToken(request.headers["authorization"]);
  const baseUrl = `${publicUrl}${prefix}`;
  const ofRequest = {
    baseUrl,
    masterKey,
    query: urlOf(request).searchParams,
    conditions: { ifMatch: request.headers["if-match"], ifNoneMatch: request.headers["if-none-match"] },
    anonymousClient: (request.headers["user-agent"] ?? "") === "",
  };
  const inTurn = <A, E, R>(work: (tx: TenantTx) => Effect.Effect<A, E, R>) =>
    turns.take(token.scope, store.tenant(token.scope, work));
  return {
    baseUrl,
    /** Is the credential good? In a transaction of its own. */
    check: () => Effect.asVoid(inTurn((tx) => authenticate(tx, token, requestId))),
    /** Runs `work` in a transaction, once the credential was found good in it. */
    within: <A, E, R>(work: (context: ScimContext) => Effect.Effect<A, E, R>, own: Own = {}) =>
      inTurn(
        Effect.fnUntraced(function* (tx) {
          const { connection, origin, settings } = yield* authenticate(tx, token, requestId);
          yield* noteRecording(token.scope, settings.recording);
          const profile = yield* profileOf(tx, settings);
          return yield* work({ ...ofRequest, ...own, ...profile, tx, connection, origin });
        }),
      ),
  };
});

export type Session = Effect.Success<ReturnType<typeof openSession>>;
