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
} from "../store/index.ts";
import { mintToken, sameHash } from "../tenancy/index.ts";
import { refused, type SecretClaim } from "./claim.ts";

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
