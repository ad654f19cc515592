/** What commands read about versions of the mapping, what would change a role, and who has what by what. */
import { Schema } from "effect";
import { AccountPage, Explanation, Mapping } from "./answers.ts";

const { String: Text, Boolean: Flag, Int, NullOr, Unknown: Json } = Schema;

export const Finding = Schema.Struct({
  severity: Text,
  kind: Text,
  rule: NullOr(Text),
  position: Text,
  sentence: Text,
});
export type Finding = typeof Finding.Type;

export const Lint = Schema.Struct({
  version: NullOr(Int),
  state: NullOr(Text),
  findings: Schema.Array(Finding),
});

export const LintedMapping = Schema.Struct({ ...Mapping.fields, findings: Schema.Array(Finding) });

export const MappingVersion = Schema.Struct({
  version: Int,
  state: Text,
  author: NullOr(Text),
  authorId: NullOr(Text),
  createdAt: Text,
  publishedAt: NullOr(Text),
  rules: Int,
});
export type MappingVersion = typeof MappingVersion.Type;

export const MappingVersionPage = Schema.Struct({ items: Schema.Array(MappingVersion), next: NullOr(Int) });

export const MappingDifference = Schema.Struct({
  added: Schema.Array(Json),
  removed: Schema.Array(Json),
  changed: Schema.Array(Schema.Struct({ id: Text, parts: Schema.Array(Text), before: Json, after: Json })),
});
export type MappingDifference = typeof MappingDifference.Type;

const FactChange = Schema.Struct({ kind: Text, sentence: Text });

/** What would give a role, or take it away. */
export const WhatIf = Schema.Struct({
  gain: NullOr(Schema.Struct({ rule: Text, changes: Schema.Array(FactChange), isProven: Flag })),
  loss: NullOr(
    Schema.Struct({
      changes: Schema.Array(FactChange),
      rules: Schema.Array(Text),
      byRules: Int,
      byReasons: Int,
    }),
  ),
});
export type WhatIf = typeof WhatIf.Type;

/** An explanation with what would change it; null where it was not asked for, or is not for the operator to see. */
export const Explained = Schema.Struct({ ...Explanation.fields, whatIf: NullOr(WhatIf) });
export type Explained = typeof Explained.Type;

const RoleCount = Schema.Struct({ role: Text, scope: Text, accounts: Int });
export type RoleCount = typeof RoleCount.Type;

export const GroupLead = Schema.Struct({
  id: Text,
  connection: Text,
  kind: Text,
  name: Text,
  rules: Schema.Array(Text),
  roles: Schema.Array(RoleCount),
});
export type GroupLead = typeof GroupLead.Type;

export const RuleCoverage = Schema.Struct({
  rule: Text,
  accounts: Int,
  roles: Schema.Array(RoleCount),
  page: AccountPage,
});
