import { Effect } from "effect";
import type { AccountId, ConnectionId, DirectoryUserId } from "../domain/index.ts";
import {
  accountsOf,
  accountsOfConnection,
  addConnectionPending,
  addEveryonePending,
  addPending,
  type TenantTx,
} from "../store/index.ts";
import { watchLeaving } from "./guard/index.ts";
import { type Cause, countedUnder } from "./outcome.ts";
import { reconcile, reconcileUsers } from "./reconcile.ts";

/** Up to this many touched accounts are reconciled in the request itself; more go to the queue. */
export const inlineLimit = 100;

const enqueue = (tx: TenantTx) => tx.enqueue("reconcile", { organization: tx.organization });

/** Brings these accounts up to date: now if they are few, by jobs if they are many. `loses` puts them first. */
export const settleAccounts = Effect.fn("settleAccounts")(function* (
  tx: TenantTx,
  accounts: ReadonlyArray<AccountId>,
  cause: Cause,
  loses: boolean,
) {
  if (accounts.length === 0) return;
  if (accounts.length <= inlineLimit) return yield* reconcile(tx, accounts, cause);
  yield* addPending(
    tx,
    accounts.map((id) => ({ id, cause: cause.event })),
    { loses, inferred: countedUnder(cause), named: cause.named === true },
  );
  // The job no longer knows through which connection it came.
  if (cause.named === true && loses) yield* watchLeaving(tx, cause, accounts.length);
  yield* enqueue(tx);
});

/** The same for the accounts of these directory users. */
export const settleUsers = Effect.fn("settleUsers")(function* (
  tx: TenantTx,
  users: ReadonlyArray<DirectoryUserId>,
  cause: Cause,
  loses: boolean,
) {
  if (users.length === 0) return;
  if (users.length <= inlineLimit) return yield* reconcileUsers(tx, users, cause);
  yield* settleAccounts(tx, yield* accountsOf(tx, users), cause, loses);
});

/**
 * The same for everyone this connection has, or had, a directory user of: what it counts for was changed. In a
 * small organization, disabling a connection ends its roles before the answer.
 */
export const settleConnection = Effect.fn("settleConnection")(function* (
  tx: TenantTx,
  connection: ConnectionId,
  cause: Cause,
  loses: boolean,
) {
  const accounts = yield* accountsOfConnection(tx, connection, inlineLimit + 1);
  if (accounts.length <= inlineLimit) return yield* settleAccounts(tx, accounts, cause, loses);
  yield* addConnectionPending(tx, connection, cause.event, { loses, named: cause.named === true });
  yield* enqueue(tx);
});

/** Has every account of the organization looked at by jobs. */
export const settleEveryone = Effect.fn("settleEveryone")(function* (tx: TenantTx, cause: Cause) {
  yield* addEveryonePending(tx, cause.event, countedUnder(cause));
  yield* enqueue(tx);
});
