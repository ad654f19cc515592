/** Why accounts are looked at, and what looking at one of them came to. */
import type { EventId, Facts, Origin, PlanId } from "../domain/index.ts";
import type { Desired, Difference } from "../mapping/index.ts";
import type { AccountState, Standing } from "../store/index.ts";

/** What made it necessary to look. */
export interface Cause {
  readonly event: EventId;
  readonly origin: Origin;
  /** A source or an operator said it of these very people: whatever they lose by it, they lose at once. */
  readonly named?: true;
  /** It was concluded from what is missing, or follows from a rule: the guard counts what is lost by it. */
  readonly inferred?: true;
  /** What the guard counts as one cause, where it is more than the event: a run. */
  readonly inferredBy?: PlanId;
}

/** The id under which the guard counts what is lost by this cause; `null` where nothing was inferred. */
export const countedUnder = ({ event, inferred, inferredBy }: Cause): PlanId | null =>
  inferredBy ?? (inferred === true ? (event as string as PlanId) : null);

/** One account evaluated once. */
export interface Outcome {
  readonly before: AccountState;
  readonly facts: Facts & Pick<Standing, "roles" | "withheld">;
  readonly desired: Desired;
  readonly difference: Difference;
  readonly decision: string;
  readonly cause: Cause;
  readonly dueAt: number | null;
}
