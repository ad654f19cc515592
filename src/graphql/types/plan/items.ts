/** The accounts that a plan is about, with their names. */
import { Effect } from "effect";
import type { PlanId, Shifted } from "../../../domain/index.ts";
import {
  type AccountView,
  listPlanItems,
  type PlanItemRow,
  type PlanRow,
  type TenantTx,
  viewAccounts,
} from "../../../store/index.ts";
import { countOf, idOf, type Target } from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { Account, type AccountModel, accountModels } from "../account.ts";
import { PlanItemState } from "../enums.ts";
import { Change } from "./change.ts";

export interface PlanModel extends PlanRow {
  readonly organization: Target;
}

interface ItemModel extends PlanItemRow {
  readonly view: AccountModel | null;
}

const Item = builder.objectRef<ItemModel>("PlanItem").implement({
  authScopes: { permission: "mapping:read" },
  fields: (t) => ({
    accountId: t.exposeID("account"),
    account: t.expose("view", { type: Account, nullable: true, authScopes: { permission: "account:read" } }),
    state: t.expose("state", { type: PlanItemState }),
    change: t.expose("change", { type: Change }),
  }),
});

interface Page {
  readonly items: ReadonlyArray<ItemModel>;
  readonly next: string | null;
}

export const ItemPage = builder.objectRef<Page>("PlanItemPage").implement({
  authScopes: { permission: "mapping:read" },
  fields: (t) => ({
    items: t.expose("items", { type: [Item] }),
    next: t.exposeID("next", { nullable: true, description: "What to give as `after` for the next page." }),
  }),
});

interface ShiftedModel extends Shifted {
  readonly view: AccountModel | null;
}

export const PlanShift = builder.objectRef<ShiftedModel>("PlanShift").implement({
  description: "An account that is no longer as the plan was made for.",
  authScopes: { permission: "mapping:read" },
  fields: (t) => ({
    accountId: t.exposeID("account"),
    account: t.expose("view", { type: Account, nullable: true, authScopes: { permission: "account:read" } }),
    was: t.expose("was", { type: Change, nullable: true, description: "By the plan." }),
    now: t.expose("now", { type: Change, nullable: true, description: "By another look. Null: nothing." }),
  }),
});

const modelsById = (organization: Target, views: ReadonlyArray<AccountView>) =>
  new Map(accountModels(organization, views).map((view) => [view.id, view]));

export const withAccounts = Effect.fnUntraced(function* <A extends { readonly account: AccountView["id"] }>(
  tx: TenantTx,
  organization: Target,
  rows: ReadonlyArray<A>,
) {
  const found = modelsById(
    organization,
    yield* viewAccounts(
      tx,
      rows.map(({ account }) => account),
    ),
  );
  return rows.map((row) => ({ ...row, view: found.get(row.account) ?? null }));
});

interface ItemsAsked {
  readonly first: number;
  readonly after?: string | null | undefined;
  readonly state?: PlanItemRow["state"] | null | undefined;
}

export const itemsOf = Effect.fnUntraced(function* (
  tx: TenantTx,
  organization: Target,
  plan: PlanId,
  asked: ItemsAsked,
) {
  const limit = yield* countOf("first", asked.first);
  const rows = yield* listPlanItems(tx, plan, {
    limit: limit + 1,
    after: asked.after ? yield* idOf("after", asked.after) : undefined,
    state: asked.state ?? undefined,
  });
  const items = yield* withAccounts(tx, organization, rows.slice(0, limit));
  return { items, next: rows.length > limit ? (items.at(-1)?.account ?? null) : null } satisfies Page as Page;
});
