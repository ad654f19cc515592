import { Effect } from "effect";
import { type Origin, Unauthenticated } from "../domain/index.ts";
import { findCredential, noteTokenUse, type TenantTx } from "../store/index.ts";
import { bearerOf, type ParsedToken, parseToken, sameHash } from "../tenancy/index.ts";

const refused = new Unauthenticated({
  detail: "Send a valid SCIM token of this organization in the Authorization header, as a bearer token.",
});

/** What the header claims. Whether it is true, the organization's own transaction tells. */
export const claimedToken = (header: string | undefined): Effect.Effect<ParsedToken, Unauthenticated> => {
  const bearer = bearerOf(header);
  const token = bearer === undefined ? undefined : parseToken("rbs", bearer);
  return token === undefined ? Effect.fail(refused) : Effect.succeed(token);
};

/**
 * Checks the token against its row and gives whom and what it stands for. Unknown, expired, revoked, of a
 * disabled connection: one answer for all, so that it tells nothing.
 */
export const authenticate = Effect.fn("authenticate")(function* (
  tx: TenantTx,
  token: ParsedToken,
  requestId: string,
) {
  const credential = yield* findCredential(tx, token.id);
  if (credential === undefined || !credential.live || !sameHash(credential.hash, token.hash)) {
    return yield* refused;
  }
  if (credential.stale) yield* noteTokenUse(tx, token.id);
  const { connectionId } = credential;
  const origin: Origin = {
    actor: { kind: "scim-token", id: token.id },
    connection: connectionId,
    request: requestId,
  };
  return { connection: connectionId, origin };
});
