/** What commands read of the past. */
import { Schema } from "effect";

const { String: Text, Boolean: Flag, Int, NullOr } = Schema;

const Cause = Schema.Struct({
  id: Text,
  at: Text,
  type: Text,
  actorKind: Text,
  actorId: NullOr(Text),
  requestId: NullOr(Text),
});

export const HistoryEntry = Schema.Struct({
  id: Text,
  at: Text,
  type: Text,
  gained: Schema.Array(Text),
  lost: Schema.Array(Text),
  because: NullOr(Text),
  mappingVersion: NullOr(Int),
  cause: NullOr(Cause),
});
export type HistoryEntry = typeof HistoryEntry.Type;

export const RolesAt = Schema.Struct({
  active: Flag,
  activeBecause: NullOr(Text),
  decidedAt: NullOr(Text),
  mappingVersion: NullOr(Int),
  roles: Schema.Array(
    Schema.Struct({
      role: Text,
      scope: Text,
      reasons: Schema.Array(
        Schema.Struct({ rule: Text, because: Text, groupId: NullOr(Text), group: NullOr(Text) }),
      ),
    }),
  ),
  cause: NullOr(Cause),
});
export type RolesAt = typeof RolesAt.Type;

export const Deviation = Schema.Struct({
  account: Text,
  role: Text,
  scope: Text,
  more: Flag,
  from: Text,
  until: NullOr(Text),
  rules: Schema.Array(Text),
  causeId: NullOr(Text),
  causeType: NullOr(Text),
  requestId: NullOr(Text),
});
export type Deviation = typeof Deviation.Type;

export const ReplayPage = Schema.Struct({
  version: Int,
  mark: Text,
  from: Text,
  to: Text,
  completeSince: NullOr(Text),
  accounts: Int,
  total: Int,
  moments: Int,
  next: NullOr(Text),
  deviations: Schema.Array(Deviation),
});
export type ReplayPage = typeof ReplayPage.Type;
