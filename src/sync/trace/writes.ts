/** What would be written outside for one account if it had these roles. */
import { Effect } from "effect";
import type { Change } from "../../../connectors/connector.ts";
import type { AccountId, DesiredRole, PushMode } from "../../domain/index.ts";
import { listConnections, listPushes, type TenantTx } from "../../store/index.ts";
import { supposePush } from "../push/index.ts";

export interface TracedPush {
  readonly connection: string;
  readonly mode: PushMode;
  /** Null: only asking there tells. */
  readonly changes: ReadonlyArray<Change> | null;
}

export const pushesOf = Effect.fnUntraced(function* (
  tx: TenantTx,
  account: AccountId | null,
  supposed: { readonly active: boolean; readonly roles: ReadonlyArray<DesiredRole> },
) {
  const slugs = new Map((yield* listConnections(tx)).map(({ id, slug }) => [id, slug]));
  const pushes = (yield* listPushes(tx)).filter(({ mode }) => mode !== "off");
  return yield* Effect.forEach(pushes, (push) =>
    Effect.map(
      account === null ? Effect.succeed(null) : supposePush(tx, push, account, supposed),
      (changes): TracedPush => ({ connection: slugs.get(push.connectionId) ?? "", mode: push.mode, changes }),
    ),
  );
});
