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

export const Invitation = Schema.Struct({
  id: Text,
  email: Text,
  role: Text,
  scope: Text,
  reason: Text,
  operator: NullOr(Text),
  at: Text,
  until: NullOr(Text),
  endedAt: NullOr(Text),
  accountId: NullOr(Text),
});
export type Invitation = typeof Invitation.Type;

export const InvitationPage = Schema.Struct({ items: Schema.Array(Invitation), next: NullOr(Text) });
export type InvitationPage = typeof InvitationPage.Type;

export const Invited = Schema.Struct({ invitation: NullOr(Invitation), changed: Flag });
export type Invited = typeof Invited.Type;

const Outlooks = Schema.Array(
  Schema.Struct({
    accountId: Text,
    active: Flag,
    gains: Schema.Array(Text),
    loses: Schema.Array(Text),
  }),
);
export type Outlook = (typeof Outlooks.Type)[number];

export const MergePlan = Schema.Struct({
  keptId: Text,
  otherId: Text,
  outlooks: Outlooks,
  done: Flag,
});
export type MergePlan = typeof MergePlan.Type;

export const AccountChanged = Schema.Struct({
  account: NullOr(Schema.Struct({ id: Text, active: Flag, activeBecause: Text, people: People })),
  changed: Flag,
});
export type AccountChanged = typeof AccountChanged.Type;

export const SplitPlan = Schema.Struct({
  accountId: Text,
  newAccountId: NullOr(Text),
  outlooks: Outlooks,
  done: Flag,
});
export type SplitPlan = typeof SplitPlan.Type;

export const Erased = Schema.Struct({ accountId: Text, values: Schema.Int });
