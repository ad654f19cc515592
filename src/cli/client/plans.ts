/** What commands read of plans. */
import { Schema } from "effect";

const { String: Text, Boolean: Flag, Int, NullOr } = Schema;

const PlannedRole = Schema.Struct({ role: Text, scope: Text });

export const PlanChange = Schema.Struct({
  turns: NullOr(Flag),
  gained: Schema.Array(PlannedRole),
  lost: Schema.Array(PlannedRole),
  otherReasons: Int,
});
export type PlanChange = typeof PlanChange.Type;

const Named = Schema.Struct({
  people: Schema.Array(
    Schema.Struct({ connection: Text, userName: Text, displayName: NullOr(Text), email: NullOr(Text) }),
  ),
});

export const PlanItem = Schema.Struct({
  accountId: Text,
  account: NullOr(Named),
  state: Text,
  change: PlanChange,
});
export type PlanItem = typeof PlanItem.Type;

export const PlanItemPage = Schema.Struct({ items: Schema.Array(PlanItem), next: NullOr(Text) });
export type PlanItemPage = typeof PlanItemPage.Type;

export const PlanRole = Schema.Struct({
  role: Text,
  before: Int,
  after: Int,
  gained: Int,
  lost: Int,
  reserved: Flag,
  losesLastHolder: Flag,
});
export type PlanRole = typeof PlanRole.Type;

export const PlanCounts = Schema.Struct({
  accounts: Int,
  changed: Int,
  gaining: Int,
  losing: Int,
  losingPercent: Schema.Finite,
  activated: Int,
  deactivated: Int,
  otherReasons: Int,
  roles: Schema.Array(PlanRole),
});
export type PlanCounts = typeof PlanCounts.Type;

const PlanShift = Schema.Struct({
  accountId: Text,
  account: NullOr(Named),
  was: NullOr(PlanChange),
  now: NullOr(PlanChange),
});
export type PlanShift = typeof PlanShift.Type;

export const Plan = Schema.Struct({
  id: Text,
  kind: Text,
  state: Text,
  connection: NullOr(Text),
  enables: NullOr(Flag),
  mappingVersion: Int,
  baseVersion: Int,
  restoredAs: NullOr(Int),
  hash: NullOr(Text),
  done: Int,
  total: Int,
  counts: NullOr(PlanCounts),
  staleBecause: NullOr(Text),
  shiftedAccounts: Int,
  shifts: Schema.Array(PlanShift),
  guardHolds: Flag,
  results: Schema.Struct({ open: Int, applied: Int, moved: Int, undone: Int }),
  createdAt: Text,
  appliedAt: NullOr(Text),
  undoUntil: NullOr(Text),
});
export type Plan = typeof Plan.Type;
