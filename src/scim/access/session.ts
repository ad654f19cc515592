/** One client's request: who asks, and a transaction with everything an operation needs. */
import { Effect } from "effect";
import type { HttpServerRequest } from "effect/http";
import { inTurn, ServerAddress, urlOf } from "../../http/index.ts";
import { MasterKey, Store } from "../../store/index.ts";
import type { ScimContext } from "../context.ts";
import { keepRefusal } from "../domains.ts";
import { OutsideDomain } from "../failure.ts";
import { profileOf } from "../profile.ts";
import { noteRecording } from "../recording/index.ts";
import type { ScimAddress } from "./address.ts";
import { claimedToken } from "./authenticate.ts";
import { type Asked, enter } from "./enter.ts";
import { claimOf } from "./proven.ts";

type Request = HttpServerRequest.HttpServerRequest;

/** What an operation of a bulk request has of its own. */
type Own = Partial<Pick<ScimContext, "query" | "conditions">>;

/** What the credential claims, and ways to check it; fails where it is not even of the right form. */
export const openSession = Effect.fnUntraced(function* (
  request: Request,
  address: ScimAddress,
  requestId: string,
) {
  const store = yield* Store;
  const { publicUrl } = yield* ServerAddress;
  const masterKey = yield* MasterKey;
  const token = yield* claimedToken(request.headers["authorization"]);
  const asked: Asked = { token, address, requestId };
  const baseUrl = `${publicUrl}${address.base}`;
  const ofRequest = {
    baseUrl,
    masterKey,
    query: urlOf(request).searchParams,
    conditions: { ifMatch: request.headers["if-match"], ifNoneMatch: request.headers["if-none-match"] },
    anonymousClient: (request.headers["user-agent"] ?? "") === "",
  };
  const entering = <A, E extends { readonly _tag: string }, R>(work: Parameters<typeof enter<A, E, R>>[1]) =>
    enter(asked, work).pipe(
      Effect.tapError((failure) =>
        failure instanceof OutsideDomain
          ? store.tenant(failure.refusal.organization, (tx) => keepRefusal(tx, failure.refusal))
          : Effect.void,
      ),
      (entered) => inTurn(claimOf(token), entered),
      Effect.provideService(Store, store),
    );
  return {
    baseUrl,
    /** Is the credential good, and for this address? In a transaction of its own. */
    check: () => entering(() => Effect.void),
    /** Runs `work` in a transaction, once the credential was found good in it. */
    within: <A, E extends { readonly _tag: string }, R>(
      work: (context: ScimContext) => Effect.Effect<A, E, R>,
      own: Own = {},
    ) =>
      entering(
        Effect.fnUntraced(function* ({ tx, connection, origin, settings }) {
          yield* noteRecording({
            organization: tx.organization,
            recording: settings.recording,
            base: address.base,
          });
          const profile = yield* profileOf(tx, settings);
          return yield* work({ ...ofRequest, ...own, ...profile, tx, connection, origin });
        }),
      ),
  };
});

export type Session = Effect.Success<ReturnType<typeof openSession>>;
