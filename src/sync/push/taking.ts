/** What settings would take from people there, held against the guard's limits before they are in force. */
import { Effect } from "effect";
import type { Change } from "../../../connectors/connector.ts";
import { type AccountId, type ConnectionId, InvalidValue, type PushSettings } from "../../domain/index.ts";
import { findConnectionById, type TenantTx } from "../../store/index.ts";
import { isTooMuch } from "../guard/index.ts";
import { previewPush } from "./preview.ts";

const page = 500;

/** Does the person lose something there by it? */
export const takesAway = (change: Change): boolean =>
  change._tag === "Leave" ||
  change._tag === "Remove" ||
  (change._tag === "Update" && change.person.active === false);

/** Everyone, as far as our copy tells. */
const taken = Effect.fnUntraced(function* (tx: TenantTx, connection: ConnectionId, settings: PushSettings) {
  const all: Array<Change["_tag"]> = [];
  let people = 0;
  let after: AccountId | null = null;
  do {
    const found: Effect.Success<ReturnType<typeof previewPush>> = yield* previewPush(
      tx,
      connection,
      { limit: page, after },
      settings,
    );
    const taking = found.changes.filter(({ change }) => takesAway(change));
    all.push(...taking.map(({ change }) => change._tag));
    people += new Set(taking.map(({ account }) => account)).size;
    after = found.next;
  } while (after !== null);
  const count = (tag: Change["_tag"]) => all.filter((one) => one === tag).length;
  return { people, leaves: count("Leave"), disabled: count("Update"), removed: count("Remove") };
});

/**
 * InvalidValue where more people would lose something there than the guard lets pass unseen, unless so many were
 * `confirmed`.
 */
export const requireFewTaken = Effect.fn("requireFewTaken")(function* (
  tx: TenantTx,
  connection: ConnectionId,
  settings: PushSettings,
  confirmed: number | null,
) {
  const { people, leaves, disabled, removed } = yield* taken(tx, connection, settings);
  if (confirmed !== null && people <= confirmed) return;
  if (!(yield* isTooMuch(tx, connection, people))) return;
  const slug = (yield* findConnectionById(tx, connection))?.slug ?? "";
  return yield* new InvalidValue({
    detail: `${people} people would lose something there: ${leaves} memberships taken back, ${disabled} people disabled, ${removed} people removed. The guard lets fewer pass unseen. Set the mode to observe and look at "rolebridge push plan ${slug}", then confirm the number of people: confirm: ${people}, or "rolebridge push set ${slug} --mode enforce".`,
  });
});
