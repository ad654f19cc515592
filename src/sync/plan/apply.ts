/** Applying: only what the plan shows is done, and only where the account is still what the plan was made for. */
import { Data, Effect } from "effect";
import type { EventId, Origin, PlanChange } from "../../domain/index.ts";
import { canonicalChange } from "../../mapping/index.ts";
import {
  endPlanItems,
  holdMapping,
  listPlanItems,
  lockMapping,
  newId,
  type PlanItemRow,
  type PlanRow,
  publishDraft,
  recordEvent,
  Store,
  shareMapping,
  type TenantTx,
  updatePlan,
} from "../../store/index.ts";
import { MappingCache } from "../mapping-cache.ts";
import type { Cause } from "../outcome.ts";
import { reconcileWhere } from "../reconcile.ts";
import { look } from "./evaluate.ts";
import { changeIn } from "./everyone.ts";
import { letCount, welcome } from "./first-sync.ts";
import { goStale, holding, type Work } from "./holding.ts";
import { shiftsSince } from "./shifts.ts";
import { leftBy, stalenessOf } from "./subject.ts";
import { lookBehind } from "./trail.ts";

/** Plans up to this many items are applied whole, or not at all. */
const atOnce = 2_000;
const batch = 500;

/** An account moved between the look and the lock. */
class Moved extends Data.TaggedError("Moved") {}

const originOf = ({ approvedBy }: PlanRow): Origin => ({
  actor: { kind: "operator", id: approvedBy },
  connection: null,
  request: null,
});

export const causeOf = (plan: PlanRow): Cause => ({
  event: plan.appliedEventId ?? plan.causeEventId,
  origin: originOf(plan),
  // Somebody saw what it takes from whom: the guard has nothing to hold.
  named: true,
});

const isSame = (a: PlanChange, b: PlanChange): boolean => canonicalChange(a) === canonicalChange(b);

/** Writes the roles of these items where the change is still theirs; the others are marked as moved. */
const applyItems = Effect.fn("applyItems")(function* (
  tx: TenantTx,
  plan: PlanRow,
  cause: Cause,
  items: ReadonlyArray<PlanItemRow>,
) {
  const changes = new Map(items.map(({ account, change }) => [account, change]));
  const written = yield* reconcileWhere(tx, [...changes.keys()], cause, (evaluated) => {
    const wanted = changes.get(evaluated.facts.account);
    return wanted !== undefined && isSame(wanted, changeIn(evaluated));
  });
  const left = new Map(
    written.map((one) => [one.facts.account, leftBy(one.desired.active, one.desired.roles)]),
  );
  const endings = items.map(({ account }) => {
    const leftRoles = left.get(account);
    return leftRoles === undefined
      ? ({ account, state: "moved", leftRoles: null } as const)
      : ({ account, state: "applied", leftRoles } as const);
  });
  yield* endPlanItems(tx, plan.id, endings);
  return items.length - written.length;
});

const recordApplied = Effect.fnUntraced(function* (tx: TenantTx, plan: PlanRow, cause: Cause) {
  const { kind, mappingVersion: version, summary } = plan;
  const items = summary.counts?.changed ?? 0;
  const subject = { kind: "plan", id: plan.id };
  const { origin, event } = cause;
  const data = { kind, version, items };
  yield* recordEvent(tx, {
    id: event,
    type: "plan.applied",
    origin,
    subject,
    cause: plan.causeEventId,
    data,
  });
  if (kind !== "mapping") return;
  yield* recordEvent(tx, {
    type: "mapping.published",
    origin,
    subject: { kind: "organization", id: tx.organization },
    cause: event,
    data: { version, applied: true, plan: plan.id },
  });
});

/** Puts the draft in force and, where they are few, writes the roles with it. Fails where an account has moved. */
const putInForce = Effect.fn("putInForce")(function* (tx: TenantTx, plan: PlanRow) {
  const cause: Cause = { event: newId<EventId>(), origin: originOf(plan), named: true };
  if (plan.kind === "mapping") yield* publishDraft(tx, plan.mappingVersion);
  yield* recordApplied(tx, plan, cause);
  if (plan.kind === "first-sync") yield* letCount(tx, plan, cause);
  yield* updatePlan(tx, plan.id, { state: "applying", appliedEvent: cause.event });
  const items = yield* listPlanItems(tx, plan.id, { limit: atOnce + 1 });
  const moved = items.length > atOnce ? 0 : yield* applyItems(tx, plan, cause, items);
  if (moved > 0) return yield* new Moved();
  if (plan.kind === "first-sync") yield* welcome(tx, plan, cause);
});

const begin = Effect.fn("beginApplying")(function* (tx: TenantTx, work: Work) {
  const plan = yield* holding(tx, work);
  if (plan === undefined) return;
  yield* lockMapping(tx);
  yield* holdMapping(tx);
  const stale = yield* stalenessOf(tx, plan);
  if (stale !== null) yield* goStale(tx, plan, stale);
  // What is compiled here counts only if this transaction commits: nobody else may find it.
  else yield* Effect.provideService(putInForce(tx, plan), MappingCache, new Map());
});

const refuse = Effect.fn("refusePlan")(function* (
  work: Work,
  found: Effect.Success<ReturnType<typeof look>>,
) {
  const store = yield* Store;
  yield* store.tenant(
    work.organization,
    Effect.fnUntraced(function* (tx) {
      const plan = yield* holding(tx, work);
      if (plan === undefined) return;
      yield* goStale(
        tx,
        plan,
        found.stale ?? (yield* shiftsSince(tx, plan, found.looked, found.catalogueVersion)),
      );
    }),
  );
});

/** Looks at everyone again. Only what still does what was shown is begun. */
export const check = Effect.fn("checkPlan")(function* (work: Work) {
  const store = yield* Store;
  const found = yield* look(work);
  if (found.stale !== null || found.looked.hash !== work.plan.hash) return yield* refuse(work, found);
  yield* store
    .tenant(work.organization, (tx) => begin(tx, work))
    .pipe(Effect.catchTag("Moved", () => Effect.flatMap(look(work), (later) => refuse(work, later))));
});

const workBatch = Effect.fn("applyBatch")(function* (tx: TenantTx, work: Work) {
  yield* shareMapping(tx);
  const plan = yield* holding(tx, work);
  if (plan === undefined) return 0;
  const items = yield* listPlanItems(tx, plan.id, { limit: batch, state: "open" });
  yield* applyItems(tx, plan, causeOf(plan), items);
  return items.length;
});

/** The rest of a large plan, then a look behind: who had news while the plan was being put in force. */
export const applyBatches = Effect.fn("applyBatches")(function* (work: Work) {
  const store = yield* Store;
  const once = store.tenant(work.organization, (tx) => workBatch(tx, work));
  yield* Effect.repeat(once, { while: (items) => items === batch });
  const behind = yield* lookBehind(work, work.plan.mappingVersion);
  yield* store.tenant(
    work.organization,
    Effect.fnUntraced(function* (tx) {
      const plan = yield* holding(tx, work);
      if (plan === undefined) return;
      yield* behind(tx, causeOf(plan));
      yield* updatePlan(tx, plan.id, { state: "applied" });
    }),
  );
});
