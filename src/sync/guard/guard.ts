/**
 * Holds what was only inferred and would cost many people something, until somebody has looked (invariant 7). What a
 * source says of one person by name is never held, and the directory itself takes in all that a source says.
 */
import { Effect } from "effect";
import { keeping, roleKey } from "../../mapping/index.ts";
import {
  countOtherLosses,
  dropWithheld,
  noteLosses,
  type TenantTx,
  type WithheldRole,
  withhold,
} from "../../store/index.ts";
import { countedUnder, type Outcome } from "../outcome.ts";
import { endHolds, hold } from "./hold.ts";
import { watchLeaving } from "./leaving.ts";
import { isTooMuch } from "./limits.ts";

/** Stands for the role that every active account has: being active. */
const activity = { role: "", scope: "" };

const nothing = { gained: [], lost: [], changed: [] };

const deactivates = ({ before, desired }: Outcome): boolean => before.active && !desired.active;

/** Did an operator, or a source that still knows the person, say that they are inactive? That is no inference. */
const isSaid = ({ facts: { decided, people } }: Outcome): boolean =>
  decided.suspended !== null || people.some(({ active }) => !active);

/** All that the account loses by this outcome. */
const lossOf = (outcome: Outcome): ReadonlyArray<WithheldRole> => {
  const { before, facts, difference } = outcome;
  const lost = deactivates(outcome) ? [activity, ...facts.roles] : difference.lost;
  return lost.map(({ role, scope }) => ({ account: before.id, role, scope }));
};

/** The same, without what was to end by itself: nobody has a role for longer because something else is held. */
const heldLossOf = (outcome: Outcome): ReadonlyArray<WithheldRole> => {
  const { over, facts } = outcome;
  if (over.size === 0) return lossOf(outcome);
  const ended = facts.roles.filter(({ reasons }) => reasons.every(({ rule }) => over.has(rule)));
  const keys = new Set(ended.map(roleKey));
  return lossOf(outcome).filter((role) => !keys.has(roleKey(role)));
};

const isHoldable = (outcome: Outcome): boolean =>
  countedUnder(outcome.cause) !== null &&
  !(deactivates(outcome) && isSaid(outcome)) &&
  heldLossOf(outcome).length > 0;

/** The same outcome as far as it takes effect while these stay. */
const without = (outcome: Outcome, kept: ReadonlyArray<WithheldRole>): Outcome => {
  const { before, desired, difference } = outcome;
  if (!deactivates(outcome))
    return { ...outcome, difference: keeping(difference, new Set(kept.map(roleKey))) };
  const still = { ...desired, active: before.active, because: before.because };
  return { ...outcome, desired: still, difference: nothing };
};

/** What earlier causes keep for this account: goes on, where it is still needed and nothing was said by name. */
const earlier = (outcome: Outcome) => {
  const all = outcome.facts.withheld.map((role): WithheldRole => ({ account: outcome.before.id, ...role }));
  if (all.length === 0) return { outcome, dropped: [] };
  const known = new Set(all.map(roleKey));
  const kept = lossOf(outcome).filter((role) => known.has(roleKey(role)));
  const ends = outcome.cause.named === true || (deactivates(outcome) && !known.has(roleKey(activity)));
  if (ends || (deactivates(outcome) && isSaid(outcome))) return { outcome, dropped: all };
  const still = new Set(kept.map(roleKey));
  return { outcome: without(outcome, kept), dropped: all.filter((role) => !still.has(roleKey(role))) };
};

interface Batch {
  readonly mappingVersion: number;
  /** Are these all the accounts that the cause touches? Else they are counted with others, later. */
  readonly complete: boolean;
}

const throughOf = ([first]: ReadonlyArray<Outcome>) => first?.cause.origin.connection ?? null;

const idsOf = (outcomes: ReadonlyArray<Outcome>) => outcomes.map(({ before }) => before.id);

/** How many others lost something lately in the same way: a little each time is much in the end. */
const countLately = Effect.fnUntraced(function* (tx: TenantTx, holdable: ReadonlyArray<Outcome>) {
  const through = throughOf(holdable);
  return through === null ? 0 : yield* countOtherLosses(tx, through, idsOf(holdable));
});

const noteAll = Effect.fnUntraced(function* (tx: TenantTx, holdable: ReadonlyArray<Outcome>) {
  const through = throughOf(holdable);
  if (through !== null) yield* noteLosses(tx, through, idsOf(holdable));
});

const holdAll = Effect.fnUntraced(function* (
  tx: TenantTx,
  { mappingVersion, complete }: Batch,
  holdable: ReadonlyArray<Outcome>,
  lately: number,
) {
  for (const [id, of] of Map.groupBy(holdable, ({ cause }) => countedUnder(cause))) {
    const [first] = of;
    if (id === null || first === undefined) continue;
    const { event, origin } = first.cause;
    const cause = { id, cause: event, connection: origin.connection, mappingVersion };
    yield* withhold(tx, cause, of.flatMap(heldLossOf));
    if (complete) yield* hold(tx, cause, of.length, lately);
  }
});

/** These outcomes as far as they take effect now. */
export const guarded = Effect.fn("guarded")(function* (
  tx: TenantTx,
  outcomes: ReadonlyArray<Outcome>,
  batch: Batch,
) {
  const checked = outcomes.map(earlier);
  const dropped = checked.flatMap((one) => one.dropped);
  if (dropped.length > 0) {
    yield* dropWithheld(tx, dropped);
    yield* endHolds(tx);
  }
  const standing = checked.map(({ outcome }) => outcome);
  const leaving = standing.filter((outcome) => outcome.cause.named === true && lossOf(outcome).length > 0);
  if (leaving[0] !== undefined) yield* watchLeaving(tx, leaving[0].cause, leaving.length);
  const holdable = standing.filter(isHoldable);
  if (holdable.length === 0) return standing;
  const lately = batch.complete ? yield* countLately(tx, holdable) : 0;
  if (batch.complete && !(yield* isTooMuch(tx, throughOf(holdable), holdable.length + lately))) {
    yield* noteAll(tx, holdable);
    return standing;
  }
  yield* holdAll(tx, batch, holdable, lately);
  return standing.map((outcome) => (isHoldable(outcome) ? without(outcome, heldLossOf(outcome)) : outcome));
});
