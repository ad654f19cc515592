/** What commands read of what operators decided about single people. */
import { Schema } from "effect";

const { String: Text, Boolean: Flag, NullOr } = Schema;

const People = Schema.Array(
  Schema.Struct({ userName: Text, displayName: NullOr(Text), email: NullOr(Text) }),
);

export const RoleDecision = Schema.Struct({
  id: Text,
  account: NullOr(Schema.Struct({ id: Text, people: People })),
  role: Text,
  scope: Text,
  reason: Text,
  operator: NullOr(Text),
  at: Text,
  until: NullOr(Text),
  endedAt: NullOr(Text),
  invitationId: NullOr(Text),
});
export type RoleDecision = typeof RoleDecision.Type;

export const RoleDecisionPage = Schema.Struct({ items: Schema.Array(RoleDecision), next: NullOr(Text) });
export type RoleDecisionPage = typeof RoleDecisionPage.Type;

export const RoleDecided = Schema.Struct({ decision: NullOr(RoleDecision), changed: Flag });
export type RoleDecided = typeof RoleDecided.Type;
