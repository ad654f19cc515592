/** Held plans: what was counted under one cause is let go, or kept for somebody to decide. */
import { Effect } from "effect";
import {
  emptySummary,
  NotFound,
  type Origin,
  type PlanCounts,
  type PlanId,
  type RoleCount,
  type RoleKey,
  systemOrigin,
} from "../../domain/index.ts";
import {
  approveHeld,
  collectedCauses,
  countHolders,
  countLossesBeside,
  endEmptyHolds,
  findPlan,
  forgetCause,
  forgetLosses,
  type GuardedCause,
  holdPlan,
  letGo,
  lockOpenException,
  noteWithheldLosses,
  raiseExceptions,
  recordEvent,
  resolveException,
  type TenantTx,
  withheldByRole,
} from "../../store/index.ts";
import { isTooMuch } from "./limits.ts";

const subjectOf = (plan: PlanId) => ({ kind: "plan", id: plan });

const enqueue = (tx: TenantTx) => tx.enqueue("reconcile", { organization: tx.organization });

const countsOf = Effect.fnUntraced(function* (tx: TenantTx, plan: PlanId, losing: number) {
  const held = yield* withheldByRole(tx, plan);
  const holders = new Map((yield* countHolders(tx)).map((row) => [row.role, row.holders]));
  const roles = held
    .filter(({ role }) => role !== "")
    .map(({ role, accounts: lost }): RoleCount => {
      const before = holders.get(role) ?? lost;
      return { role: role as RoleKey, before, after: before - lost, gained: 0, lost, reserved: false };
    });
  const deactivated = held.find(({ role }) => role === "")?.accounts ?? 0;
  const nobodyElse = { gaining: 0, activated: 0, otherReasons: 0 };
  return {
    accounts: losing,
    changed: losing,
    losing,
    deactivated,
    roles,
    ...nobodyElse,
  } satisfies PlanCounts;
});

/**
 * Leaves a cause for somebody to decide: a held plan, an exception, an event. `lately`: how many others lost something by
 * the same connection, each time within the limits.
 */
export const hold = Effect.fn("hold")(function* (
  tx: TenantTx,
  { id, cause, connection }: GuardedCause,
  losing: number,
  lately: number,
) {
  const counts = yield* countsOf(tx, id, losing);
  yield* holdPlan(tx, id, { ...emptySummary, done: losing, total: losing, counts });
  const origin = { ...systemOrigin, connection };
  const detail = {
    losing,
    inactive: counts.deactivated,
    roles: counts.roles.map(({ role, lost }) => ({ role, lost })),
    ...(lately === 0 ? {} : { lately }),
  };
  yield* raiseExceptions(tx, [{ kind: "held-plan", subject: subjectOf(id), origin, cause, detail }]);
  yield* recordEvent(tx, {
    type: "plan.held",
    origin,
    subject: subjectOf(id),
    cause,
    data: { losing, lately },
  });
});

/**
 * Concludes the causes of which all is counted: what stays within the limits takes effect, the rest is held. `ended`:
 * a run that has read all it will read. Gives how many took effect: their accounts wait to be looked at.
 */
export const concludeCauses = Effect.fn("concludeCauses")(function* (tx: TenantTx, ended: string | null) {
  let released = 0;
  for (const collected of yield* collectedCauses(tx, ended)) {
    const { id, connection, losing } = collected;
    const lately = connection === null ? 0 : yield* countLossesBeside(tx, connection, id);
    if (yield* isTooMuch(tx, connection, losing + lately)) {
      yield* hold(tx, collected, losing, lately);
      continue;
    }
    if (connection !== null) yield* noteWithheldLosses(tx, connection, id);
    yield* letGo(tx, collected.id, collected.cause);
    yield* forgetCause(tx, collected.id);
    released += 1;
  }
  if (released > 0) yield* enqueue(tx);
  return released;
});

const closeException = Effect.fnUntraced(function* (tx: TenantTx, plan: PlanId) {
  const open = yield* lockOpenException(tx, "held-plan", plan);
  if (open !== undefined) yield* resolveException(tx, open.id);
});

/** Ends the held plans of which nothing is left. */
export const endHolds = Effect.fn("endHolds")(function* (tx: TenantTx) {
  for (const plan of yield* endEmptyHolds(tx)) {
    yield* closeException(tx, plan);
    yield* recordEvent(tx, { type: "plan.settled", origin: systemOrigin, subject: subjectOf(plan) });
  }
});

/** Lets a held loss take effect: somebody has looked at it and finds it right. */
export const approveHold = Effect.fn("approveHold")(function* (tx: TenantTx, plan: PlanId, origin: Origin) {
  const approved = yield* approveHeld(tx, plan, origin.actor.id);
  if (approved === 0) return yield* new NotFound({ kind: "held plan", id: plan });
  const event = yield* recordEvent(tx, { type: "plan.approved", origin, subject: subjectOf(plan) });
  yield* letGo(tx, plan, event);
  const { connectionId = null } = (yield* findPlan(tx, plan)) ?? {};
  if (connectionId !== null) yield* forgetLosses(tx, connectionId);
  yield* closeException(tx, plan);
  yield* enqueue(tx);
});
