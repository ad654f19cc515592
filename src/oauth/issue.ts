/** From a claim that holds to an access token, in one transaction of the client's organization. */
import { Effect, Redacted } from "effect";
import type { TokenId } from "../domain/index.ts";
import {
  addAccessToken,
  type ClientSecret,
  findScimClient,
  liveSecrets,
  newId,
  noteClientUse,
  removeExpired,
  type ScimClientRow,
  Store,
  type TenantTx,
  useAssertion,
} from "../store/index.ts";
import { hashOf, mintToken, sameHash } from "../tenancy/index.ts";
import { checkAssertion } from "./assertion.ts";
import { type AssertionClaim, refused, type SecretClaim } from "./claim.ts";

/** The client, where it and its connection live. */
export const liveClient = Effect.fnUntraced(function* (tx: TenantTx, id: string) {
  const client = yield* findScimClient(tx, id);
  return client?.live === true ? client : yield* refused;
});

/** An access token for a client that was let in. */
export const give = Effect.fnUntraced(function* (
  tx: TenantTx,
  { id: clientId }: ScimClientRow,
  secret: ClientSecret | null,
) {
  const id = newId<TokenId>();
  const { token, hash } = mintToken("rba", tx.organization, id);
  yield* removeExpired(tx);
  const { expiresIn } = yield* addAccessToken(tx, { id, clientId, hash, secret });
  yield* noteClientUse(tx, clientId);
  return { access_token: Redacted.value(token), token_type: "Bearer", expires_in: expiresIn, scope: "scim" };
});

export const issueForSecret = Effect.fn("issueForSecret")(function* ({ client, hash }: SecretClaim) {
  const store = yield* Store;
  return yield* store.tenant(
    client.scope,
    Effect.fnUntraced(function* (tx) {
      const found = yield* liveClient(tx, client.id);
      const secret = (yield* liveSecrets(tx, found.id)).find((one) => sameHash(one.hash, hash));
      return yield* secret === undefined ? refused : give(tx, found, secret);
    }),
  );
});

const takesAssertions = ({ jwks, jwksUrl }: ScimClientRow): boolean => jwks !== null || jwksUrl !== null;

/** The keys are fetched between two transactions; in the second the client must still live. */
export const issueForAssertion = Effect.fn("issueForAssertion")(function* ({
  client: { scope, id, text },
  assertion,
}: AssertionClaim) {
  const store = yield* Store;
  const known = yield* store.tenant(scope, (tx) => liveClient(tx, id));
  if (!takesAssertions(known)) return yield* refused;
  const { jti, until } = yield* checkAssertion(known, text, assertion);
  return yield* store.tenant(
    scope,
    Effect.fnUntraced(function* (tx) {
      const client = yield* liveClient(tx, id);
      if (jti !== undefined) {
        const used = { clientId: client.id, jtiHash: hashOf(jti), expiresAt: until };
        if (!(yield* useAssertion(tx, used))) return yield* refused;
      }
      return yield* give(tx, client, null);
    }),
  );
});
