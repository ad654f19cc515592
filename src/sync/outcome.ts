/** Why accounts are looked at, and what looking at one of them came to. */
import type { EventId, Origin, PlanId } from "../domain/index.ts";
import type { Standing } from "../store/index.ts";
import type { Evaluable, Evaluated } from "./evaluate.ts";

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

/** One account evaluated once, for its cause. */
export interface Outcome extends Evaluated {
  readonly facts: Evaluable & Pick<Standing, "withheld">;
  readonly decision: string;
  readonly cause: Cause;
  /** Of the reasons of its roles, the rules and grants that time has ended. */
  readonly over: ReadonlySet<string>;
  /** By another mapping than the last time? */
  readonly isNewlyJudged: boolean;
}
