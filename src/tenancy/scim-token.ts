import { Effect } from "effect";
import type { ConnectionId, Origin, TokenId } from "../domain/index.ts";
import { addScimToken, newId, recordEvent, type TenantTx } from "../store/index.ts";
import { mintToken } from "./token.ts";

/** Makes a SCIM token for a connection. The token is in the answer and nowhere else. */
export const createScimToken = Effect.fn("createScimToken")(function* (
  tx: TenantTx,
  wanted: { readonly connection: ConnectionId; readonly label: string; readonly expiresAt: Date | null },
  origin: Origin,
) {
  const id = newId<TokenId>();
  const { token, hash } = mintToken("rbs", tx.organization, id);
  yield* addScimToken(tx, { id, hash, connectionId: wanted.connection, ...wanted });
  yield* recordEvent(tx, {
    type: "token.created",
    origin,
    subject: { kind: "scim-token", id },
    data: { connection: wanted.connection, expires: wanted.expiresAt?.toISOString() ?? null },
  });
  return { id, token };
});
