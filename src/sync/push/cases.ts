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

/** How an account is taken to stand, whatever it is. */
export type Supposed = Pick<PushStanding, "active" | "roles">;

const asTheyStand: ReadonlyMap<AccountId, Supposed> = new Map();

/** The accounts with their marks, as they are to be looked at. `supposed`: of whom stands otherwise than they do. */
export const loadCases = Effect.fn("loadCases")(function* (
  tx: TenantTx,
  connection: ConnectionId,
  identity: string,
  rules: Rules,
  accounts: ReadonlyArray<AccountId>,
  supposed: ReadonlyMap<AccountId, Supposed> = asTheyStand,
) {
  const standings = yield* loadPushStandings(tx, connection, identity, accounts);
  const found = yield* standingIntents(tx, connection, identity, accounts);
  const intents = Map.groupBy(found, ({ owner }) => owner);
  return standings.map((standing) =>
    caseOf({ ...standing, ...supposed.get(standing.account) }, intents.get(standing.account) ?? [], rules),
  );
});
