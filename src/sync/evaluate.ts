/** Accounts evaluated, and nothing written: the part that reconciling and looking ahead have in common. */
import {
  type CompiledMapping,
  type Desired,
  type Difference,
  desiredRoles,
  difference,
  nextMoment,
} from "../mapping/index.ts";
import type { AccountState, Standing } from "../store/index.ts";

/** What evaluating needs of an account, and the roles it has. */
export type Evaluable = Omit<Standing, "mappingVersion" | "ruledSince" | "catalogue" | "withheld" | "pushes">;

/** One account evaluated once. */
export interface Evaluated {
  readonly before: AccountState;
  readonly facts: Evaluable;
  readonly desired: Desired;
  readonly difference: Difference;
  /** When time alone may change its roles, in milliseconds since 1970; `null`: never. */
  readonly dueAt: number | null;
}

/** What `mapping` makes of the account at the moment `now`, in milliseconds since 1970, beside what it has. */
export const evaluateOne = (
  before: AccountState,
  facts: Evaluable,
  mapping: CompiledMapping,
  now: number,
): Evaluated => {
  const desired = desiredRoles(facts, mapping, now);
  const moves = difference(facts.roles, desired.roles);
  return { before, facts, desired, difference: moves, dueAt: nextMoment(facts, mapping, now) };
};

/** Does its state differ: of active or inactive, or only of why, or of when to look again? */
export const hasNewState = ({ before, desired, dueAt }: Evaluated): boolean =>
  before.active !== desired.active || before.because !== desired.because || before.dueAt !== dueAt;
