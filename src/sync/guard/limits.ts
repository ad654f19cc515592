import { Effect } from "effect";
import type { ConnectionId } from "../../domain/index.ts";
import { exceeds, neverHeld, usualLimits } from "../../mapping/index.ts";
import { countAccountsUpTo, listGuards, type TenantTx } from "../../store/index.ts";

/** Is it more than the organization, or the connection it came through, lets be taken away unseen? */
export const isTooMuch = Effect.fn("isTooMuch")(function* (
  tx: TenantTx,
  connection: ConnectionId | null,
  losing: number,
) {
  if (losing <= neverHeld) return false;
  const set = yield* listGuards(tx);
  const limits =
    set.find((one) => one.connection === connection) ??
    set.find((one) => one.connection === null) ??
    usualLimits;
  const enough = Math.ceil((losing * 100) / Math.max(1, limits.percent));
  return exceeds(limits, losing, yield* countAccountsUpTo(tx, enough));
});
