/** What operators decide about a plan. Whatever takes long is left to its job. */
import { Clock, Effect } from "effect";
import {
  InvalidValue,
  isUuid,
  NotFound,
  type OperatorId,
  type Origin,
  type PlanState,
} from "../../domain/index.ts";
import { emptyMapping } from "../../mapping/index.ts";
import {
  findMapping,
  findPlan,
  holdMapping,
  isHolding,
  lockMapping,
  lockPlan,
  type PlanRow,
  publishDocument,
  publishedVersion,
  recordEvent,
  type TenantTx,
  updatePlan,
} from "../../store/index.ts";
import { requireAnother } from "../four-eyes.ts";
import { requireNoNewLoops } from "../ownership/index.ts";
import { enqueuePlan } from "./work.ts";

const refuse = (detail: string) => new InvalidValue({ detail });

const lockedPlan = Effect.fnUntraced(function* (tx: TenantTx, id: string) {
  const plan = isUuid(id) ? yield* lockPlan(tx, id) : undefined;
  return plan ?? (yield* new NotFound({ kind: "plan", id, hint: '"plan list" shows those that are.' }));
});

const again = Effect.fnUntraced(function* (tx: TenantTx, { id }: PlanRow) {
  return (yield* findPlan(tx, id)) ?? (yield* Effect.die(new Error("A plan vanished.")));
});

const subjectOf = ({ id }: PlanRow) => ({ kind: "plan", id });

const notOpen: Readonly<Record<Exclude<PlanState, "open">, string>> = {
  evaluating: 'It is still being evaluated: wait until "plan show" says open.',
  checking: "It is being applied already.",
  applying: "It is being applied already.",
  applied: "It was applied already.",
  stale: "What it was made from has moved since. Make a new one.",
  rejected: "It was rejected. Make a new one.",
  undoing: "It is being undone.",
  undone: "It was undone. Make a new one.",
  collecting: "It is still being counted.",
  held: "The guard made it: it is approved, not applied.",
  approved: "It was approved already.",
  settled: "Nothing of it is left: the sources said what was right.",
};

/** What an apply needs to be true at once; whether the accounts are as they were is the job's to find out. */
const refusalOf = ({ kind, state, hash }: PlanRow, shown: string): string | null => {
  if (state !== "open") return `This plan cannot be applied. ${notOpen[state]}`;
  if (kind === "source")
    return 'This plan only shows what would change. To do it: "connection enable" or "connection disable".';
  return hash === shown
    ? null
    : "The hash is not this plan's. Look at the plan again and send the hash it shows.";
};

const heldFirst =
  'The guard holds roles here. Decide about that first: "plan list" shows what is held. Then preview again.';

/** Has the plan applied, if everything is still as it was when `hash` was shown. */
export const applyPlan = Effect.fn("applyPlan")(function* (
  tx: TenantTx,
  origin: Origin,
  id: string,
  hash: string,
) {
  const plan = yield* lockedPlan(tx, id);
  const refusal = refusalOf(plan, hash);
  if (refusal !== null) return yield* refuse(refusal);
  // The plan would take what the guard keeps, and undoing it could not give that back.
  if (yield* isHolding(tx)) return yield* refuse(heldFirst);
  if (plan.kind === "mapping") {
    yield* requireAnother(tx, plan.mappingVersion, origin);
    yield* requireNoNewLoops(tx, plan.mappingVersion);
  }
  yield* updatePlan(tx, plan.id, { state: "checking", approvedBy: origin.actor.id as OperatorId | null });
  yield* enqueuePlan(tx, plan.id);
  return yield* again(tx, plan);
});

const rejectable: ReadonlySet<PlanState> = new Set(["evaluating", "open", "stale"]);

/** Ends a plan that nobody wants. */
export const rejectPlan = Effect.fn("rejectPlan")(function* (tx: TenantTx, origin: Origin, id: string) {
  const plan = yield* lockedPlan(tx, id);
  if (plan.kind === "held")
    return yield* refuse(
      "The guard made this plan. Approve it, or have the source say again what it took back: then nothing of it is left.",
    );
  if (!rejectable.has(plan.state)) {
    return yield* refuse(`This plan cannot be rejected: it is ${plan.state}.`);
  }
  yield* updatePlan(tx, plan.id, { state: "rejected" });
  yield* recordEvent(tx, {
    type: "plan.rejected",
    origin,
    subject: subjectOf(plan),
    cause: plan.causeEventId,
    data: { kind: plan.kind },
  });
  return yield* again(tx, plan);
});

const undoRefusal = Effect.fnUntraced(function* (tx: TenantTx, plan: PlanRow) {
  const { kind, state, undoUntil, mappingVersion } = plan;
  if (state !== "applied") return `Only a plan that was applied can be undone: this one is ${state}.`;
  if (kind === "first-sync")
    return 'This plan had a connection count. To take that back: "connection disable".';
  if (kind !== "mapping")
    return "Only a plan of a mapping can be undone: what it applied follows from the mapping in force. Draft the one you want, and preview it.";
  if ((undoUntil?.getTime() ?? 0) <= (yield* Clock.currentTimeMillis))
    return "The time to undo this plan is over. Draft the mapping you want, and preview it.";
  if ((yield* publishedVersion(tx)) !== mappingVersion)
    return "Another mapping was put in force since. Draft the one you want, and preview it.";
  return null;
});

const restore = Effect.fnUntraced(function* (tx: TenantTx, origin: Origin, plan: PlanRow) {
  const before = yield* findMapping(tx, plan.baseVersion);
  const document = before?.document ?? { ...emptyMapping, rules: [] };
  const version = yield* publishDocument(tx, document, origin.actor.id);
  const event = yield* recordEvent(tx, {
    type: "plan.undone",
    origin,
    subject: subjectOf(plan),
    ...(plan.appliedEventId === null ? {} : { cause: plan.appliedEventId }),
    data: { version, restores: plan.baseVersion },
  });
  yield* recordEvent(tx, {
    type: "mapping.published",
    origin,
    subject: { kind: "organization", id: tx.organization },
    cause: event,
    data: { version, applied: true, restores: plan.baseVersion },
  });
  return { event, version, by: origin.actor.id };
});

/**
 * Puts the mapping in force again that was before the plan, as a new version, and has the roles restored of all
 * accounts that nothing else has changed.
 */
export const undoPlan = Effect.fn("undoPlan")(function* (tx: TenantTx, origin: Origin, id: string) {
  const plan = yield* lockedPlan(tx, id);
  yield* lockMapping(tx);
  yield* holdMapping(tx);
  const refusal = yield* undoRefusal(tx, plan);
  if (refusal !== null) return yield* refuse(refusal);
  const undone = yield* restore(tx, origin, plan);
  yield* updatePlan(tx, plan.id, { state: "undoing", summary: { ...plan.summary, undone } });
  yield* enqueuePlan(tx, plan.id);
  return yield* again(tx, plan);
});
