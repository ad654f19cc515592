/** What would be written outside if accounts had other roles than they have. */
import { Effect } from "effect";
import type { Change } from "../../../connectors/connector.ts";
import type { AccountId, PushMode } from "../../domain/index.ts";
import { listConnections, listPushes, type TenantTx } from "../../store/index.ts";
import { type Supposed, supposePush } from "../push/index.ts";

export interface TracedPush {
  readonly connection: string;
  readonly mode: PushMode;
  /** Null: only asking there tells. */
  readonly changes: ReadonlyArray<Change> | null;
}

/** For each connection that is written, what each of these accounts would have written there. */
export const writesFor = Effect.fnUntraced(function* (
  tx: TenantTx,
  supposed: ReadonlyMap<AccountId, Supposed>,
) {
  const slugs = new Map((yield* listConnections(tx)).map(({ id, slug }) => [id, slug]));
  const pushes = (yield* listPushes(tx)).filter(({ mode }) => mode !== "off");
  return yield* Effect.forEach(pushes, (push) =>
    Effect.map(supposePush(tx, push, supposed), (writes) => ({
      connection: slugs.get(push.connectionId) ?? "",
      mode: push.mode,
      writes,
    })),
  );
});

/** The same for one account; whom nobody knows yet, only asking there tells about. */
export const pushesOf = Effect.fnUntraced(function* (
  tx: TenantTx,
  account: AccountId | null,
  supposed: Supposed,
) {
  const all = yield* writesFor(tx, new Map(account === null ? [] : [[account, supposed]]));
  return all.map(({ connection, mode, writes }): TracedPush => {
    const changes = account === null ? null : writes.get(account);
    return { connection, mode, changes: changes === undefined ? [] : changes };
  });
});
