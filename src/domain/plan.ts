/** Plans: changes that are not applied yet, as far as every layer talks about them. Ids and counts only. */
import type { AccountId, EventId, RoleKey } from "./id.ts";

export const planKinds = ["mapping", "pending", "source", "first-sync", "held"] as const;
/** Why it was made: a draft, differences that wait, a connection to be switched, one to count at last, or the guard. */
export type PlanKind = (typeof planKinds)[number];

export const planStates = [
  "evaluating",
  "open",
  "checking",
  "applying",
  "applied",
  "stale",
  "rejected",
  "undoing",
  "undone",
  "collecting",
  "held",
  "approved",
  "settled",
] as const;
/**
 * From `evaluating` to `open`; from there by an operator's word. `stale`: what it was made from has moved. Of the guard's:
 * `collecting` while its cause is counted, then `held` until it is `approved`, or `settled` as nothing of it is left.
 */
export type PlanState = (typeof planStates)[number];

/** States in which a job has something to do for the plan. */
export const workedStates: ReadonlyArray<PlanState> = ["evaluating", "checking", "applying", "undoing"];

/** `moved`: somebody else changed the account meanwhile; it was left alone. */
export type PlanItemState = "open" | "applied" | "moved" | "undone";

export interface PlannedRole {
  readonly role: RoleKey;
  readonly scope: string;
}

/** What a plan changes for one account: ids only, so that it can be kept, compared and hashed. */
export interface PlanChange {
  /** Where the account turns active or inactive. */
  readonly active: { readonly from: boolean; readonly to: boolean } | null;
  readonly gained: ReadonlyArray<PlannedRole>;
  readonly lost: ReadonlyArray<PlannedRole>;
  /** How many roles stay for other reasons than before. */
  readonly changed: number;
}

/** One role, in whatever scope. All of them count accounts. */
export interface RoleCount {
  readonly role: RoleKey;
  readonly before: number;
  readonly after: number;
  readonly gained: number;
  readonly lost: number;
  readonly reserved: boolean;
}

export interface PlanCounts {
  /** All that were looked at. */
  readonly accounts: number;
  /** Those of which something would change. */
  readonly changed: number;
  readonly gaining: number;
  readonly losing: number;
  readonly activated: number;
  readonly deactivated: number;
  /** Those that keep their roles, for other reasons. */
  readonly otherReasons: number;
  /** Roles that somebody would gain or lose. */
  readonly roles: ReadonlyArray<RoleCount>;
}

/** One account that is no longer as the plan was made for: `was` by the plan, `now` by another look. */
export interface Shifted {
  readonly account: AccountId;
  readonly was: PlanChange | null;
  readonly now: PlanChange | null;
}

/** Why a plan cannot be applied any more. */
export interface Staleness {
  /** The first of these that holds. */
  readonly because: "draft" | "mapping" | "connection" | "catalogue" | "accounts";
  /** How many accounts differ, and the first ten of them. */
  readonly count: number;
  readonly accounts: ReadonlyArray<Shifted>;
}

export interface PlanSummary {
  /** Accounts looked at so far, in the look at work or the last one. */
  readonly done: number;
  readonly total: number;
  readonly counts: PlanCounts | null;
  /** What a plan about a connection would make of it. */
  readonly enables: boolean | null;
  readonly stale: Staleness | null;
  /** A digest of the draft it was made for: a draft may be replaced under the same number. */
  readonly draft: string | null;
  /** The event that undid it, who did, and the version of the mapping that is in force since. */
  readonly undone: { readonly event: EventId; readonly version: number; readonly by: string | null } | null;
}

export const emptySummary: PlanSummary = {
  done: 0,
  total: 0,
  counts: null,
  enables: null,
  stale: null,
  draft: null,
  undone: null,
};
