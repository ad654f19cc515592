/** Brings a plan from state to state until it rests. Whoever is killed on the way leaves it where another can go on. */
import { Effect, Schedule } from "effect";
import { type OrganizationId, type PlanId, workedStates } from "../../domain/index.ts";
import {
  claimPlan,
  findPlan,
  newId,
  notePlanProgress,
  type PlanRow,
  releasePlan,
  Store,
  type TenantTx,
} from "../../store/index.ts";
import { applyBatches, check } from "./apply.ts";
import { evaluate } from "./evaluate.ts";
import type { Progress } from "./everyone.ts";
import type { Work } from "./holding.ts";
import { undoBatches } from "./undo.ts";

const jobOf = (tx: TenantTx, plan: PlanId) => ({ organization: tx.organization, plan });

/** Has a job work the plan. It only names it: what is to be done stands in rows. */
export const enqueuePlan = (tx: TenantTx, plan: PlanId) =>
  tx.enqueue("plan", jobOf(tx, plan), { afterSeconds: 0, group: tx.organization });

/** Should the holder die, its lease ends: somebody has to look then. */
const lookAgain = (tx: TenantTx, plan: PlanId) =>
  tx.enqueue("plan", jobOf(tx, plan), { afterSeconds: 5, onceAs: plan, group: tx.organization });

const step = (work: Work, { state }: PlanRow) => {
  switch (state) {
    case "evaluating":
      return evaluate(work);
    case "checking":
      return check(work);
    case "applying":
      return applyBatches(work);
    case "undoing":
      return undoBatches(work);
    default:
      return Effect.void;
  }
};

const claim = Effect.fnUntraced(function* (tx: TenantTx, id: PlanId, holder: string) {
  const claimed = yield* claimPlan(tx, id, holder);
  const plan = yield* findPlan(tx, id);
  if (claimed !== undefined) return plan;
  if (plan !== undefined && workedStates.includes(plan.state)) yield* lookAgain(tx, id);
  return undefined;
});

/** Says every few seconds that the plan is being worked, and how far. On the embedded database it waits for its turn. */
const signs = (organization: OrganizationId, id: PlanId, holder: string, progress: Progress) =>
  Effect.gen(function* () {
    const store = yield* Store;
    const once = store.tenant(organization, (tx) =>
      notePlanProgress(tx, id, holder, progress.done, progress.total),
    );
    yield* Effect.ignore(once).pipe(Effect.repeat(Schedule.spaced("1 second")));
  });

/** Does all there is to do for the plan. */
export const workPlan = Effect.fn("workPlan")(function* (organization: OrganizationId, id: PlanId) {
  const store = yield* Store;
  const holder = newId();
  const progress: Progress = { done: 0, total: 0 };
  const work: Omit<Work, "plan"> = { organization, holder, progress };
  const take = store.tenant(organization, (tx) => claim(tx, id, holder));
  const all = Effect.gen(function* () {
    let plan = yield* take;
    while (plan !== undefined) {
      yield* step({ ...work, plan }, plan);
      plan = yield* take;
    }
  });
  yield* Effect.raceFirst(all, signs(organization, id, holder, progress)).pipe(
    Effect.ensuring(Effect.ignore(store.tenant(organization, (tx) => releasePlan(tx, id, holder)))),
  );
});
