/** What a provider said counts once, whichever way it comes. */
import { Clock, Effect } from "effect";
import type { Verified } from "../../connectors/connector.ts";
import type { ConnectionId } from "../domain/index.ts";
import { type TenantTx, useOnce } from "../store/index.ts";
import { hashOf } from "../tenancy/index.ts";

const hourMillis = 3_600_000;

/** False where it was used before. It is remembered for an hour beyond its own end, and for a day at most. */
export const isFirstUse = Effect.fnUntraced(function* (
  tx: TenantTx,
  connection: ConnectionId,
  { issuer, id, until }: Verified["once"],
) {
  const now = yield* Clock.currentTimeMillis;
  const kept = Math.min(Math.max(until || 0, now) + hourMillis, now + 24 * hourMillis);
  return yield* useOnce(tx, connection, hashOf(JSON.stringify([issuer, id])), new Date(kept));
});
