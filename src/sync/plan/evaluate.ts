/** The first look: everyone evaluated, what differs kept, the hash taken. */
import { Effect } from "effect";
import { addPlanItems, dropPlanItems, type PlanItem, Store, updatePlan } from "../../store/index.ts";
import { type Looked, lookAtEveryone } from "./everyone.ts";
import { goStale, holding, type Work } from "./holding.ts";
import { lookFor, stalenessOf } from "./subject.ts";

const batch = 5_000;

/** What everyone would get, in one moment of the database; or why that is no longer a question. */
export const look = Effect.fn("look")(function* ({ organization, plan, progress }: Work) {
  const store = yield* Store;
  return yield* store.reading(
    organization,
    Effect.fnUntraced(function* (tx) {
      const stale = yield* stalenessOf(tx, plan);
      if (stale !== null) return { stale } as const;
      const how = yield* lookFor(tx, plan);
      const looked = yield* lookAtEveryone(tx, how, progress);
      return { stale, looked, catalogueVersion: how.catalogueVersion } as const;
    }),
  );
});

const slices = (items: ReadonlyArray<PlanItem>): ReadonlyArray<ReadonlyArray<PlanItem>> =>
  Array.from({ length: Math.ceil(items.length / batch) }, (_, at) =>
    items.slice(at * batch, (at + 1) * batch),
  );

const whileHeld = Effect.fn("whileHeld")(function* <A, E, R>(
  work: Work,
  body: (tx: Parameters<typeof holding>[0], plan: Work["plan"]) => Effect.Effect<A, E, R>,
) {
  const store = yield* Store;
  return yield* store.tenant(
    work.organization,
    Effect.fnUntraced(function* (tx) {
      const plan = yield* holding(tx, work);
      if (plan !== undefined) yield* body(tx, plan);
      return plan !== undefined;
    }),
  );
});

const keep = Effect.fn("keepPlan")(function* (work: Work, looked: Looked, catalogueVersion: number) {
  yield* whileHeld(work, (tx, plan) => dropPlanItems(tx, plan.id));
  for (const items of slices(looked.items)) {
    if (!(yield* whileHeld(work, (tx, plan) => addPlanItems(tx, plan.id, items)))) return;
  }
  const { counts, hash } = looked;
  yield* whileHeld(work, (tx, plan) =>
    updatePlan(tx, plan.id, { state: "open", hash, catalogueVersion, summary: { ...plan.summary, counts } }),
  );
});

export const evaluate = Effect.fn("evaluatePlan")(function* (work: Work) {
  const found = yield* look(work);
  if (found.stale === null) yield* keep(work, found.looked, found.catalogueVersion);
  else yield* whileHeld(work, (tx, plan) => goStale(tx, plan, found.stale));
});
