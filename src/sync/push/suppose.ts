/** What would be written for one account if it had other roles than it has. Asks nobody, writes nothing. */
import { Effect } from "effect";
import type { Change } from "../../../connectors/connector.ts";
import type { AccountId } from "../../domain/index.ts";
import {
  findSyncState,
  livingIntents,
  loadPushStandings,
  type PushRow,
  type PushStanding,
  type TenantTx,
} from "../../store/index.ts";
import { caseOf, fromCopy } from "./look.ts";

/** Null: only asking there tells. */
export const supposePush = Effect.fn("supposePush")(function* (
  tx: TenantTx,
  { connectionId: connection, identity: told, settings }: PushRow,
  account: AccountId,
  supposed: Pick<PushStanding, "active" | "roles">,
) {
  const identity = told ?? (yield* findSyncState(tx, connection))?.sourceIdentity ?? "";
  const [standing] = yield* loadPushStandings(tx, connection, identity, [account]);
  if (standing === undefined) return [];
  const intents = yield* livingIntents(tx, connection, identity, [account]);
  const part = fromCopy(caseOf({ ...standing, ...supposed }, intents, settings), settings);
  return part === null ? null : part.steps.map(({ change }): Change => change);
});
