/** Is this assertion what the client's rules want (RFC 7523 §3)? */
import { Clock, Effect } from "effect";
import { createLocalJWKSet, decodeProtectedHeader, type JWTPayload, jwtVerify } from "jose";
import { ServerAddress } from "../http/index.ts";
import type { ScimClientRow } from "../store/index.ts";
import { readKeys } from "../tenancy/index.ts";
import { refused } from "./claim.ts";
import { KeySets } from "./keys.ts";
import { signingAlgorithms, tokenPath } from "./metadata.ts";

/** Seconds that two clocks may differ. */
const skew = 60;
/** Longest seconds until the end: of what a client signs itself, and of what a token service gives it. */
const longest = { own: 3_600, issued: 86_400 };

/** What a good assertion leaves: its one-time id, where it has one, and until when that must be remembered. */
export interface Proof {
  readonly jti: string | undefined;
  readonly until: Date;
}

const attempt = <A>(read: () => A) => Effect.try({ try: read, catch: () => refused });

const keysFor = Effect.fnUntraced(function* ({ jwks, jwksUrl }: ScimClientRow, assertion: string) {
  const { alg, kid } = yield* attempt(() => decodeProtectedHeader(assertion));
  // Before anything is fetched for it.
  if (!signingAlgorithms.some((allowed) => allowed === alg)) return yield* refused;
  if (jwksUrl === null) return yield* Effect.fromResult(readKeys(jwks)).pipe(Effect.mapError(() => refused));
  const { keysAt } = yield* KeySets;
  return yield* keysAt(jwksUrl, typeof kid === "string" ? kid : undefined).pipe(
    Effect.tapError(({ detail }) =>
      Effect.logWarning("The keys of an OAuth client cannot be had.", { detail }),
    ),
    Effect.catch((failure) => Effect.fail(failure.passing ? failure : refused)),
  );
});

/** A token service's tokens live longer, are used again until they end, and may have no id: Entra's have none. */
const proofOf = ({ exp, iat, jti }: JWTPayload, issued: boolean, now: number): Proof | undefined => {
  if (exp === undefined || exp > now + (issued ? longest.issued : longest.own) + skew) return undefined;
  if (iat !== undefined && iat > now + skew) return undefined;
  if (jti === undefined ? !issued : typeof jti !== "string" || jti === "") return undefined;
  // Remembered longer than anybody accepts it, also by the database's clock.
  return { jti, until: new Date((exp + 10 * skew) * 1000) };
};

/** Checks signature, issuer, subject, audience and times. One answer for all that is wrong. */
export const checkAssertion = Effect.fn("checkAssertion")(function* (
  client: ScimClientRow,
  clientId: string,
  assertion: string,
) {
  const { publicUrl } = yield* ServerAddress;
  const keys = yield* keysFor(client, assertion);
  const millis = yield* Clock.currentTimeMillis;
  const { payload } = yield* Effect.tryPromise({
    try: () =>
      jwtVerify(assertion, createLocalJWKSet({ keys: [...keys] }), {
        algorithms: [...signingAlgorithms],
        issuer: client.issuer ?? clientId,
        subject: client.subject ?? clientId,
        audience: client.audience === null ? [`${publicUrl}${tokenPath}`, publicUrl] : client.audience,
        clockTolerance: skew,
        currentDate: new Date(millis),
        requiredClaims: ["exp"],
      }),
    catch: () => refused,
  });
  return proofOf(payload, client.audience !== null, Math.floor(millis / 1000)) ?? (yield* refused);
});
