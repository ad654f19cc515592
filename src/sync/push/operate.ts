/** What operators do about writing outward: set it, hand something back, have it tried again. */
import { Effect } from "effect";
import type { AccountId, ConnectionId, EventId, Origin, PushMode, PushSettings } from "../../domain/index.ts";
import {
  addEveryonePushPending,
  findPush,
  lockIntent,
  moveIntents,
  putPush,
  recordEvent,
  retryPushed,
  type TenantTx,
  wakePush,
} from "../../store/index.ts";
import { enqueuePush } from "../push-later.ts";
import { settleAccounts } from "../settle.ts";

/**
 * Sets what is written through this connection, and has everyone looked at where it is to be written. The caller has
 * checked that nobody else owns what it is to write. What was written before stays ours in any mode.
 */
export const setPush = Effect.fn("setPush")(function* (
  tx: TenantTx,
  connection: ConnectionId,
  mode: PushMode,
  settings: PushSettings,
  origin: Origin,
) {
  const before = yield* findPush(tx, connection);
  yield* putPush(tx, connection, mode, settings);
  const cause = yield* recordEvent(tx, {
    type: "connection.push-changed",
    origin: { ...origin, connection },
    subject: { kind: "connection", id: connection },
    data: { mode, before: before?.mode ?? "off", roles: settings.roles.length },
  });
  if (mode !== "enforce") return cause;
  yield* addEveryonePushPending(tx, connection, cause);
  yield* enqueuePush(tx, connection);
  return cause;
});

/**
 * Hands what an intent marks back to the source, as if we had never written it: it counts as a fact from now on, and
 * is never taken back, nor written again as long as it is wanted without a break. False where no living intent has this id.
 */
export const releaseIntent = Effect.fn("releaseIntent")(function* (tx: TenantTx, id: string, origin: Origin) {
  const intent = yield* lockIntent(tx, id);
  if (intent === undefined) return false;
  const { owner: account, connection, fact } = intent;
  yield* moveIntents(tx, [{ id, state: "released", yields: true }]);
  const event = yield* recordEvent(tx, {
    type: "push.released",
    origin: { ...origin, connection },
    subject: { kind: "account", id: account },
    data: { intent: id, fact },
  });
  yield* settleAccounts(tx, [account], { event, origin }, fact === "active");
  return true;
});

/**
 * Has one account, or everyone in trouble, tried again now; what was held because it was too much is approved by it.
 * Gives their number.
 */
export const retryPush = Effect.fn("retryPush")(function* (
  tx: TenantTx,
  connection: ConnectionId,
  account: AccountId | null,
  origin: Origin,
) {
  const cause: EventId = yield* recordEvent(tx, {
    type: "push.retried",
    origin: { ...origin, connection },
    subject: account === null ? { kind: "connection", id: connection } : { kind: "account", id: account },
    data: { connection },
  });
  yield* wakePush(tx, connection);
  const asked = yield* retryPushed(tx, connection, account, cause);
  yield* enqueuePush(tx, connection);
  return asked;
});
