/** What commands read of the catalogue of roles, and of who can what by it. */
import { Schema } from "effect";

const { String: Text, Boolean: Flag, Int, NullOr } = Schema;

export const Role = Schema.Struct({
  key: Text,
  name: Text,
  description: Text,
  permissions: Schema.Array(Text),
  reserved: Flag,
  ladder: NullOr(Text),
  rank: NullOr(Int),
  holders: Int,
});
export type Role = typeof Role.Type;

export const Ladder = Schema.Struct({ name: Text, roles: Schema.Array(Text) });
export type Ladder = typeof Ladder.Type;

export const Scope = Schema.Struct({ key: Text, description: Text, createdAt: Text, byOperator: Flag });
export type Scope = typeof Scope.Type;

export const ScopePage = Schema.Struct({ items: Schema.Array(Scope), next: NullOr(Text) });
export type ScopePage = typeof ScopePage.Type;

export const CatalogueVersion = Schema.Struct({
  version: Int,
  at: Text,
  change: NullOr(Text),
  eventId: Text,
  operator: NullOr(Text),
  roles: Int,
});
export type CatalogueVersion = typeof CatalogueVersion.Type;

const HeldRole = Schema.Struct({ role: Text, scope: Text });

const Named = Schema.Struct({
  id: Text,
  people: Schema.Array(Schema.Struct({ userName: Text, displayName: NullOr(Text), email: NullOr(Text) })),
});

export const Holder = Schema.Struct({ account: Named, roles: Schema.Array(HeldRole) });
export type Holder = typeof Holder.Type;

export const HolderPage = Schema.Struct({ items: Schema.Array(Holder), next: NullOr(Text) });
export type HolderPage = typeof HolderPage.Type;

export const HeldPermission = Schema.Struct({ permission: Text, roles: Schema.Array(HeldRole) });
export type HeldPermission = typeof HeldPermission.Type;

export const AccountPermissions = Schema.Struct({
  id: Text,
  active: Flag,
  people: Named.fields.people,
  permissions: Schema.Array(HeldPermission),
});
export type AccountPermissions = typeof AccountPermissions.Type;
