/** What would be written now, as far as our copy of the directory tells. Asks nobody, writes nothing. */
import { Effect } from "effect";
import type { Change } from "../../../connectors/connector.ts";
import type { AccountId, ConnectionId, PushSettings } from "../../domain/index.ts";
import { findPush, pageOfPushable, type TenantTx } from "../../store/index.ts";
import { identityOf, loadCases } from "./cases.ts";
import { type Case, fromCopy } from "./want/index.ts";

/** One change that would be made for an account; several may follow each other. */
export interface PlannedChange {
  readonly account: AccountId;
  readonly change: Change;
}

/** What keeps an account from being written: in words, for a person. */
export interface PlannedTrouble {
  readonly account: AccountId;
  readonly kind: string;
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

const troublesOf = ({ standing: { account, pushed } }: Case, drifted: ReadonlyArray<string>) => [
  ...drifted.map((what) => ({ account, kind: "drift", detail: `Somebody undid it there: ${what}.` })),
  ...(pushed?.reason == null ? [] : [{ account, kind: pushed.reason, detail: pushed.detail ?? "" }]),
];

/** What follows from settings that may not be in force. */
const planned = (all: ReadonlyArray<Case>, settings: PushSettings) => {
  const changes: Array<PlannedChange> = [];
  const troubles: Array<PlannedTrouble> = [];
  for (const one of all) {
    const { account } = one.standing;
    const part = fromCopy(one, settings);
    changes.push(...(part?.steps ?? []).map(({ change }) => ({ account, change })));
    troubles.push(...troublesOf(one, part?.drifted ?? []));
  }
  return { changes, troubles };
};

/**
 * Looks at up to `limit` accounts behind `after`, in the order they came to be. `settings`: what is thought of, where it
 * is not what is set. That an unknown person has the name there already is found out only by asking there.
 */
export const previewPush = Effect.fn("previewPush")(function* (
  tx: TenantTx,
  connection: ConnectionId,
  { limit, after }: { readonly limit: number; readonly after: AccountId | null },
  settings?: PushSettings,
) {
  const push = yield* findPush(tx, connection);
  const wanted = settings ?? push?.settings;
  const accounts = yield* pageOfPushable(tx, limit, after);
  const next = accounts.length < limit ? null : (accounts.at(-1) ?? null);
  const looked = accounts.length;
  if (wanted === undefined) return { changes: [], troubles: [], looked, next } satisfies PushPreview;
  const rules = { ...wanted, isNamedByEmail: push?.isNamedByEmail ?? false };
  const identity = yield* identityOf(tx, connection, push);
  const cases = yield* loadCases(tx, connection, identity, rules, accounts);
  return { ...planned(cases, wanted), looked, next } satisfies PushPreview;
});
