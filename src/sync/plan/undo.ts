/** Undoing: roles go back where they are still what the plan left; what moved since follows the mapping in force. */
import { Effect } from "effect";
import {
  endPlanItems,
  listPlanItems,
  type PlanRow,
  Store,
  shareMapping,
  type TenantTx,
  updatePlan,
} from "../../store/index.ts";
import type { Cause } from "../outcome.ts";
import { reconcileWhere } from "../reconcile.ts";
import { causeOf } from "./apply.ts";
import { holding, type Work } from "./holding.ts";
import { leftBy } from "./subject.ts";
import { lookBehind } from "./trail.ts";

const batch = 500;

const undoCause = (plan: PlanRow): Cause => {
  const { undone } = plan.summary;
  if (undone === null) return causeOf(plan);
  const actor = { kind: "operator", id: undone.by } as const;
  return { event: undone.event, origin: { actor, connection: null, request: null }, named: true };
};

const workBatch = Effect.fn("undoBatch")(function* (tx: TenantTx, work: Work) {
  yield* shareMapping(tx);
  const plan = yield* holding(tx, work);
  if (plan === undefined) return 0;
  const items = yield* listPlanItems(tx, plan.id, { limit: batch, state: "applied" });
  const left = new Map(items.map(({ account, leftRoles }) => [account, leftRoles]));
  const written = yield* reconcileWhere(
    tx,
    [...left.keys()],
    undoCause(plan),
    ({ before, facts }) => left.get(facts.account) === leftBy(before.active, facts.roles),
  );
  const undone = new Set(written.map(({ facts }) => facts.account));
  yield* endPlanItems(
    tx,
    plan.id,
    items.map(({ account }) => ({
      account,
      state: undone.has(account) ? "undone" : "moved",
      leftRoles: null,
    })),
  );
  return items.length;
});

export const undoBatches = Effect.fn("undoBatches")(function* (work: Work) {
  const store = yield* Store;
  const once = store.tenant(work.organization, (tx) => workBatch(tx, work));
  yield* Effect.repeat(once, { while: (items) => items === batch });
  const behind = yield* lookBehind(work, work.plan.summary.undone?.version ?? 0);
  yield* store.tenant(
    work.organization,
    Effect.fnUntraced(function* (tx) {
      const plan = yield* holding(tx, work);
      if (plan === undefined) return;
      yield* behind(tx, undoCause(plan));
      yield* updatePlan(tx, plan.id, { state: "undone" });
    }),
  );
});
