/** What would be written for accounts if they had other roles than they have. Asks nobody, writes nothing. */
import { Effect } from "effect";
import type { Change } from "../../../connectors/connector.ts";
import type { AccountId } from "../../domain/index.ts";
import type { PushRow, TenantTx } from "../../store/index.ts";
import { identityOf, loadCases, type Supposed } from "./cases.ts";
import { fromCopy } from "./want/index.ts";

/** Of each account; null: only asking there tells. */
export const supposePush = Effect.fn("supposePush")(function* (
  tx: TenantTx,
  push: PushRow,
  supposed: ReadonlyMap<AccountId, Supposed>,
) {
  const { connectionId: connection, settings, isNamedByEmail } = push;
  const identity = yield* identityOf(tx, connection, push);
  const rules = { ...settings, isNamedByEmail };
  const cases = yield* loadCases(tx, connection, identity, rules, [...supposed.keys()], supposed);
  return new Map(
    cases.map((one) => {
      const changes = fromCopy(one, settings)?.steps.map(({ change }): Change => change);
      return [one.standing.account, changes ?? null] as const;
    }),
  );
});
