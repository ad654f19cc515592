/** What traces tell: one person, or one group, in five steps. */
import { Schema } from "effect";

const { String: Text, Boolean: Flag, Int, NullOr, Unknown: Json } = Schema;

const TracedRole = Schema.Struct({ role: Text, scope: Text, rules: Schema.Array(Text) });

export const PersonTrace = Schema.Struct({
  sourceId: Text,
  found: Flag,
  resource: Json,
  groups: Schema.Array(Schema.Struct({ id: Text, name: Text, kind: Text, isKnown: Flag, isOurs: Flag })),
  kept: Flag,
  scope: Schema.Array(Text),
  accountId: NullOr(Text),
  match: Text,
  candidates: Schema.Array(Schema.Struct({ accountId: Text, via: Text, links: Flag, why: NullOr(Text) })),
  active: Flag,
  because: Text,
  roles: Schema.Array(TracedRole),
  denied: Schema.Array(Text),
  misses: Schema.Array(Schema.Struct({ rule: Text, role: Text, missing: Schema.Array(Text) })),
  gained: Schema.Array(TracedRole),
  lost: Schema.Array(TracedRole),
  pushes: Schema.Array(Schema.Struct({ connection: Text, mode: Text, changes: NullOr(Schema.Array(Text)) })),
  runId: NullOr(Text),
});
export type PersonTrace = typeof PersonTrace.Type;

const TracedCount = Schema.Struct({ role: Text, scope: Text, people: Int });

const TracedMember = Schema.Struct({
  accountId: Text,
  sourceId: Text,
  joins: Schema.Array(Text),
  leaves: Schema.Array(Text),
  gained: Schema.Array(TracedRole),
  lost: Schema.Array(TracedRole),
});

export const GroupTrace = Schema.Struct({
  sourceId: Text,
  found: Flag,
  groups: Schema.Array(
    Schema.Struct({
      id: Text,
      name: Text,
      kind: Text,
      members: Int,
      isKnown: Flag,
      rules: Schema.Array(Text),
    }),
  ),
  kept: Flag,
  scope: Schema.Array(Text),
  groupId: NullOr(Text),
  match: Schema.Array(Text),
  joins: Int,
  leaves: Int,
  strangers: Schema.Array(Text),
  gained: Schema.Array(TracedCount),
  lost: Schema.Array(TracedCount),
  people: Schema.Array(TracedMember),
  pushes: Schema.Array(Schema.Struct({ connection: Text, mode: Text, people: Int })),
  runId: NullOr(Text),
});
export type GroupTrace = typeof GroupTrace.Type;
