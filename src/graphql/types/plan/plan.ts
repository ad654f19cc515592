/** Plans: what would change, and what was decided about it. */
import { Effect } from "effect";
import { isUuid, type PlanId } from "../../../domain/index.ts";
import {
  countPlanItems,
  findPlan,
  isHolding,
  listConnections,
  listPlans,
  type PlanRow,
  type TenantTx,
} from "../../../store/index.ts";
import { type Caller, countOf, idOf, inOrganization, type Target } from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { PlanItemState, PlanKind, PlanState } from "../enums.ts";
import { Organization } from "../organization.ts";
import { Counts } from "./change.ts";
import { ItemPage, itemsOf, type PlanModel, PlanShift, withAccounts } from "./items.ts";

const Results = builder.objectRef<ReadonlyMap<string, number>>("PlanResults").implement({
  description: "How many items came to which end.",
  authScopes: { permission: "mapping:read" },
  fields: (t) => ({
    open: t.int({ resolve: (counts) => counts.get("open") ?? 0 }),
    applied: t.int({ resolve: (counts) => counts.get("applied") ?? 0 }),
    moved: t.int({
      description: "Changed by somebody else meanwhile, and left alone.",
      resolve: (counts) => counts.get("moved") ?? 0,
    }),
    undone: t.int({ resolve: (counts) => counts.get("undone") ?? 0 }),
  }),
});

const read = <A, E, R>(caller: Caller, plan: PlanModel, body: (tx: TenantTx) => Effect.Effect<A, E, R>) =>
  inOrganization(caller, plan.organization, "mapping:read", body);

const slugOf = Effect.fnUntraced(function* (tx: TenantTx, { connectionId }: PlanRow) {
  const all = connectionId === null ? [] : yield* listConnections(tx);
  return all.find(({ id }) => id === connectionId)?.slug ?? null;
});

export const Plan = builder.objectRef<PlanModel>("Plan").implement({
  description: "A set of changes that is not applied yet, or was.",
  authScopes: { permission: "mapping:read" },
  fields: (t) => ({
    id: t.exposeID("id"),
    kind: t.expose("kind", { type: PlanKind }),
    state: t.expose("state", { type: PlanState }),
    connection: t.string({
      nullable: true,
      description: "The connection that it is about, by its slug.",
      resolve: (plan, _args, { caller, run }) => run(read(caller, plan, (tx) => slugOf(tx, plan))),
    }),
    enables: t.boolean({ nullable: true, resolve: ({ summary }) => summary.enables }),
    mappingVersion: t.exposeInt("mappingVersion"),
    baseVersion: t.exposeInt("baseVersion", { description: "What was in force when it was made." }),
    restoredAs: t.int({
      nullable: true,
      description: "The version by which undoing it put the mapping before it in force again.",
      resolve: ({ summary }) => summary.undone?.version ?? null,
    }),
    hash: t.exposeString("hash", {
      nullable: true,
      description: "Of all it would do. Applying it takes this: another look must come to the same.",
    }),
    done: t.int({ description: "Accounts looked at so far.", resolve: ({ summary }) => summary.done }),
    total: t.int({ resolve: ({ summary }) => summary.total }),
    counts: t.field({ type: Counts, nullable: true, resolve: ({ summary }) => summary.counts }),
    staleBecause: t.string({
      nullable: true,
      description: "What moved: draft, mapping, connection, catalogue or accounts.",
      resolve: ({ summary }) => summary.stale?.because ?? null,
    }),
    shiftedAccounts: t.int({ resolve: ({ summary }) => summary.stale?.count ?? 0 }),
    shifts: t.field({
      type: [PlanShift],
      description: "The first ten of them.",
      resolve: (plan, _args, { caller, run }) =>
        run(
          read(caller, plan, (tx) => withAccounts(tx, plan.organization, plan.summary.stale?.accounts ?? [])),
        ),
    }),
    results: t.field({
      type: Results,
      resolve: (plan, _args, { caller, run }) => run(read(caller, plan, (tx) => countPlanItems(tx, plan.id))),
    }),
    guardHolds: t.boolean({
      description:
        "Does the guard hold roles in this organization? A plan shows those as lost, and is not applied until that is decided.",
      resolve: (plan, _args, { caller, run }) =>
        plan.kind === "held" ? false : run(read(caller, plan, (tx) => isHolding(tx))),
    }),
    authorId: t.exposeID("authorId", { nullable: true }),
    createdAt: t.expose("createdAt", { type: "DateTime" }),
    approvedBy: t.exposeID("approvedBy", { nullable: true }),
    appliedAt: t.expose("appliedAt", { type: "DateTime", nullable: true }),
    endedAt: t.expose("endedAt", { type: "DateTime", nullable: true }),
    undoUntil: t.expose("undoUntil", { type: "DateTime", nullable: true }),
  }),
});

export const modelIn =
  (organization: Target) =>
  (row: PlanRow): PlanModel => ({ ...row, organization });

const plansOf = Effect.fnUntraced(function* (tx: TenantTx, first: number, before: string | null | undefined) {
  const limit = yield* countOf("first", first);
  return yield* listPlans(tx, { limit, ...(before ? { before: yield* idOf("before", before) } : {}) });
});

builder.objectFields(Organization, (t) => ({
  plans: t.field({
    type: [Plan],
    description: "Newest first. `before`: the id to go on from.",
    authScopes: { permission: "mapping:read" },
    args: { first: t.arg.int({ required: true, defaultValue: 20 }), before: t.arg.id() },
    resolve: async (organization, { first, before }, { caller, run }) => {
      const found = inOrganization(caller, organization, "mapping:read", (tx) => plansOf(tx, first, before));
      return (await run(found)).map(modelIn(organization));
    },
  }),
  planItems: t.field({
    type: ItemPage,
    description: "The accounts of one plan, in the order they came to be, 1 to 500 at once.",
    authScopes: { permission: "mapping:read" },
    args: {
      plan: t.arg.id({ required: true }),
      first: t.arg.int({ required: true, defaultValue: 50 }),
      after: t.arg.id(),
      state: t.arg({ type: PlanItemState }),
    },
    resolve: (organization, asked, { caller, run }) =>
      run(
        inOrganization(caller, organization, "mapping:read", (tx) =>
          isUuid(asked.plan)
            ? itemsOf(tx, organization, asked.plan as PlanId, asked)
            : Effect.succeed({ items: [], next: null }),
        ),
      ),
  }),
  plan: t.field({
    type: Plan,
    nullable: true,
    authScopes: { permission: "mapping:read" },
    args: { id: t.arg.id({ required: true }) },
    resolve: async (organization, { id }, { caller, run }) => {
      const find = (tx: TenantTx) => (isUuid(id) ? findPlan(tx, id) : Effect.succeed(undefined));
      const found = await run(inOrganization(caller, organization, "mapping:read", find));
      return found === undefined ? null : modelIn(organization)(found);
    },
  }),
}));
