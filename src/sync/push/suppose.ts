/** What would be written for one account if it had other roles than it has. Asks nobody, writes nothing. */
import { Effect } from "effect";
import type { Change } from "../../../connectors/connector.ts";
import type { AccountId } from "../../domain/index.ts";
import type { PushRow, PushStanding, TenantTx } from "../../store/index.ts";
import { identityOf, loadCases } from "./cases.ts";
import { fromCopy } from "./want/index.ts";

/** Null: only asking there tells. */
export const supposePush = Effect.fn("supposePush")(function* (
  tx: TenantTx,
  push: PushRow,
  account: AccountId,
  supposed: Pick<PushStanding, "active" | "roles">,
) {
  const { connectionId: connection, settings, isNamedByEmail } = push;
  const identity = yield* identityOf(tx, connection, push);
  const [one] = yield* loadCases(
    tx,
    connection,
    identity,
    { ...settings, isNamedByEmail },
    [account],
    supposed,
  );
  if (one === undefined) return [];
  const part = fromCopy(one, settings);
  return part === null ? null : part.steps.map(({ change }): Change => change);
});
