/** Writing outward for those who look. Callers bring the transaction, save where a permission of its own is needed. */
import { Effect } from "effect";
import { type AccountId, type ConnectionId, type IntentState, noPush } from "../../domain/index.ts";
import {
  type AccountView,
  type ConnectionRow,
  countPushes,
  type IntentRow,
  listConnections,
  listIntents,
  listPushes,
  listPushTroubles,
  namedGroups,
  type PushCounts,
  type PushRow,
  type PushTroubleRow,
  type TenantTx,
  viewAccounts,
} from "../../store/index.ts";
import {
  ownershipOf,
  type PlannedChange,
  type PlannedTrouble,
  type PushPreview,
  previewPush,
} from "../../sync/index.ts";
import { inOrganization, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import { namedConnection } from "../connection/index.ts";
import { countOf, idOf } from "../input.ts";
import { type PushState, pushStateOf } from "./state.ts";

export interface PushView extends PushRow, Omit<PushCounts, "connectionId"> {
  readonly slug: string;
  readonly state: PushState;
  /** Names of the groups that are written, by their ids there, as far as they have been read. */
  readonly names: ReadonlyMap<string, string>;
  /** Why it must not write as it is set, in sentences. */
  readonly problems: ReadonlyArray<string>;
}

const nothing = { pending: 0, troubled: 0, held: 0, drifted: 0 };

const untouched = (connectionId: ConnectionId): PushRow => ({
  connectionId,
  mode: "off",
  settings: noPush,
  identity: null,
  isNamedByEmail: false,
  failures: 0,
  lastSuccessAt: null,
  retryAt: null,
  reason: null,
  detail: null,
});

const namesOf = Effect.fnUntraced(function* (tx: TenantTx, pushes: ReadonlyArray<PushRow>) {
  const externals = pushes.flatMap(({ connectionId, settings }) =>
    settings.roles.map(({ group }) => ({ connection: connectionId, id: group })),
  );
  if (externals.length === 0) return [];
  return yield* namedGroups(tx, { ids: [], externals, names: [], patterns: [] });
});

const problemsOf = Effect.fnUntraced(function* (tx: TenantTx, slug: string, row: PushRow) {
  if (row.mode === "off") return [];
  const { connectionId: connection, identity, settings } = row;
  // As if it wrote: whoever observes is to know what stands in the way.
  const problems = yield* ownershipOf(tx, { connection, mode: "enforce", identity, settings });
  return problems.filter(({ connections }) => connections.includes(slug)).map(({ sentence }) => sentence);
});

/** Of every connection, by its id: also of those that were never set to be written. */
export const viewPushes = Effect.fn("viewPushes")(function* (tx: TenantTx) {
  const pushes = yield* listPushes(tx);
  const counts = new Map((yield* countPushes(tx)).map(({ connectionId, ...rest }) => [connectionId, rest]));
  const groups = Map.groupBy(yield* namesOf(tx, pushes), ({ connectionId }) => connectionId);
  const views = yield* Effect.forEach(
    yield* listConnections(tx),
    Effect.fnUntraced(function* ({ id, slug, enabled }: ConnectionRow) {
      const row = pushes.find(({ connectionId }) => connectionId === id) ?? untouched(id);
      const count = counts.get(id) ?? nothing;
      return {
        ...row,
        ...count,
        slug,
        state: pushStateOf({ ...row, ...count, enabled }),
        names: new Map((groups.get(id) ?? []).map((group) => [group.externalId ?? "", group.name])),
        problems: yield* problemsOf(tx, slug, row),
      } satisfies PushView as PushView;
    }),
  );
  return new Map(views.map((view) => [view.connectionId, view]));
});

/** How people call an account; null: it has nobody in any directory any more. */
interface Named {
  readonly person: string | null;
}

export type PushTroubleView = PushTroubleRow & Named;
export type WrittenView = IntentRow & Named;

const nameOf = ({ people: [first] }: AccountView): string | null =>
  first === undefined ? null : (first.email ?? first.userName);

const withNames = Effect.fnUntraced(function* <Row>(
  tx: TenantTx,
  rows: ReadonlyArray<Row>,
  accountOf: (row: Row) => AccountId,
) {
  const accounts = yield* viewAccounts(tx, [...new Set(rows.map(accountOf))]);
  const names = new Map(accounts.map((account) => [account.id, nameOf(account)]));
  return rows.map((row): Row & Named => ({ ...row, person: names.get(accountOf(row)) ?? null }));
});

export const viewPushTroubles = Effect.fn("viewPushTroubles")(function* (
  tx: TenantTx,
  connection: ConnectionId,
  first: number,
) {
  const rows = yield* listPushTroubles(tx, connection, yield* countOf("first", first), null);
  return yield* withNames(tx, rows, ({ account }) => account);
});

interface Page {
  readonly states: ReadonlyArray<IntentState>;
  readonly first: number;
  readonly after?: string | null | undefined;
}

/** What there is ours, oldest first. */
export const viewWritten = Effect.fn("viewWritten")(function* (
  tx: TenantTx,
  slug: string,
  { states, first, after }: Page,
) {
  const connection = yield* namedConnection(tx, slug);
  const rows = yield* listIntents(tx, {
    connection: connection.id,
    states,
    limit: yield* countOf("first", first),
    ...(after ? { after: yield* idOf("after", after) } : {}),
  });
  return yield* withNames(tx, rows, ({ account }) => account);
});

export interface PlannedPush extends Omit<PushPreview, "changes" | "troubles"> {
  readonly changes: ReadonlyArray<PlannedChange & Named>;
  readonly troubles: ReadonlyArray<PlannedTrouble & Named>;
}

/** What would be written now, of up to `first` accounts behind `after`. Asks nobody, writes nothing. */
export const planPush = (
  caller: Caller,
  target: Target,
  slug: string,
  { first, after }: { readonly first: number; readonly after: string | null },
) =>
  inOrganization(
    caller,
    target,
    "push:read",
    Effect.fnUntraced(function* (tx) {
      const row = yield* namedConnection(tx, slug);
      const limit = yield* countOf("first", first);
      const at = after === null ? null : ((yield* idOf("after", after)) as AccountId);
      const plan = yield* previewPush(tx, row.id, { limit, after: at });
      const accountOf = ({ account }: { readonly account: AccountId }) => account;
      return {
        ...plan,
        changes: yield* withNames(tx, plan.changes, accountOf),
        troubles: yield* withNames(tx, plan.troubles, accountOf),
      } satisfies PlannedPush as PlannedPush;
    }),
  );
