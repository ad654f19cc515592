/** What commands read of what is written into outside systems. */
import { Schema } from "effect";

const { String: Text, Boolean: Flag, Int, NullOr, Unknown: Json } = Schema;

export const PushedRole = Schema.Struct({
  role: Text,
  scope: Text,
  group: Text,
  kind: Text,
  name: NullOr(Text),
});
export type PushedRole = typeof PushedRole.Type;

const settings = {
  mode: Text,
  creates: Text,
  leaving: Text,
  owns: Schema.Array(Text),
  drift: Text,
  roles: Schema.Array(PushedRole),
};

/** What is set, and nothing of how it goes. */
export const PushSettings = Schema.Struct(settings);
export type PushSettings = typeof PushSettings.Type;

export const WrittenFact = Schema.Struct({
  id: Text,
  accountId: Text,
  person: NullOr(Text),
  subject: Text,
  fact: Text,
  object: Text,
  state: Text,
  createdAt: Text,
});
export type WrittenFact = typeof WrittenFact.Type;

export const PushTrouble = Schema.Struct({
  accountId: Text,
  person: NullOr(Text),
  reason: Text,
  detail: NullOr(Text),
  failures: Int,
  retryAt: NullOr(Text),
});
export type PushTrouble = typeof PushTrouble.Type;

export const Push = Schema.Struct({
  state: Text,
  ...settings,
  problems: Schema.Array(Text),
  pending: Int,
  held: Int,
  drifted: Int,
  troubled: Int,
  lastSuccessAt: NullOr(Text),
  failures: Int,
  retryAt: NullOr(Text),
  reason: NullOr(Text),
  detail: NullOr(Text),
  troubles: Schema.Array(PushTrouble),
});
export type Push = typeof Push.Type;

/** A connection with what is written through it. */
export const PushConnection = Schema.Struct({ slug: Text, enabled: Flag, push: NullOr(Push) });

export const PlannedWrite = Schema.Struct({
  accountId: Text,
  person: NullOr(Text),
  does: Text,
  takes: Flag,
  userId: NullOr(Text),
  groupId: NullOr(Text),
  groupKind: NullOr(Text),
  values: Json,
});
export type PlannedWrite = typeof PlannedWrite.Type;

export const PlannedTrouble = Schema.Struct({
  accountId: Text,
  person: NullOr(Text),
  kind: Text,
  detail: Text,
});
export type PlannedTrouble = typeof PlannedTrouble.Type;

export const PushPlanPage = Schema.Struct({
  changes: Schema.Array(PlannedWrite),
  troubles: Schema.Array(PlannedTrouble),
  looked: Int,
  next: NullOr(Text),
});
