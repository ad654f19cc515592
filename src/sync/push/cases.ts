/** Accounts with all that decides what is written for them, read from our rows. */
import { Effect } from "effect";
import type { AccountId, ConnectionId } from "../../domain/index.ts";
import {
  findSyncState,
  loadPushStandings,
  type PushRow,
  type PushStanding,
  standingIntents,
  type TenantTx,
} from "../../store/index.ts";
import { caseOf, type Rules } from "./want/index.ts";

/** Which directory the connection writes, or reads as long as nothing was written; empty: it has not told yet. */
export const identityOf = Effect.fnUntraced(function* (
  tx: TenantTx,
  connection: ConnectionId,
  push: Pick<PushRow, "identity"> | undefined,
) {
  return push?.identity ?? (yield* findSyncState(tx, connection))?.sourceIdentity ?? "";
});

/** The accounts with their marks, as they are to be looked at. `supposed`: as if they stood otherwise than they do. */
export const loadCases = Effect.fn("loadCases")(function* (
  tx: TenantTx,
  connection: ConnectionId,
  identity: string,
  rules: Rules,
  accounts: ReadonlyArray<AccountId>,
  supposed: Partial<Pick<PushStanding, "active" | "roles">> = {},
) {
  const standings = yield* loadPushStandings(tx, connection, identity, accounts);
  const found = yield* standingIntents(tx, connection, identity, accounts);
  const intents = Map.groupBy(found, ({ owner }) => owner);
  return standings.map((standing) =>
    caseOf({ ...standing, ...supposed }, intents.get(standing.account) ?? [], rules),
  );
});
