/** How much may be lost by one cause that was only inferred, and what stays meanwhile. */
import type { Difference } from "../difference.ts";
import { roleKey } from "../order.ts";

export interface GuardLimits {
  readonly enabled: boolean;
  /** So many accounts may lose something by one cause. */
  readonly accounts: number;
  /** So many of a hundred accounts may. */
  readonly percent: number;
}

export const usualLimits: GuardLimits = { enabled: true, accounts: 50, percent: 20 };

/** Up to so many a share says nothing: in a small organization one team is a large part of everybody. */
export const neverHeld = 10;

/** Is it more than may be lost without somebody having looked? `total`: the organization's accounts. */
export const exceeds = (
  { enabled, accounts, percent }: GuardLimits,
  losing: number,
  total: number,
): boolean => enabled && losing > neverHeld && (losing > accounts || losing * 100 > percent * total);

/** The same difference, without the loss of the roles that stay. */
export const keeping = (difference: Difference, kept: ReadonlySet<string>): Difference => ({
  ...difference,
  lost: difference.lost.filter((role) => !kept.has(roleKey(role))),
});
