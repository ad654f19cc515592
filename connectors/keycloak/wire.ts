/** Keycloak's JSON, only the parts that are read, and how it becomes our facts. */
import { Schema } from "effect";
import type { JsonObject } from "../../src/domain/index.ts";
import type { GroupFact, UserFact } from "../connector.ts";

// Keycloak's own columns hold 255 characters; a name from another directory behind it may be longer.
export const word = Schema.String.check(Schema.isMaxLength(1024));
const text = Schema.optionalKey(Schema.NullOr(word));
// Ids become parts of addresses, in which dots alone mean another place, and half a character none at all.
export const id = Schema.String.check(
  Schema.isMinLength(1),
  Schema.isMaxLength(255),
  Schema.isPattern(/^(?!\.{1,2}$)\P{Cs}*$/u),
);
/** May this stand in an address? What may not is the id of nothing. */
export const isId = Schema.is(id);

export const Token = Schema.Struct({ exp: Schema.Finite, iat: Schema.Finite });
export const Identified = Schema.Struct({ id });
/** Somebody in a list of members or holders, service accounts among them. */
export const Member = Schema.Struct({ id, username: word });
export const User = Schema.Struct({
  id,
  username: word,
  firstName: text,
  lastName: text,
  email: text,
  enabled: Schema.Boolean,
});
export const Group = Schema.Struct({
  id,
  name: word,
  parentId: Schema.optionalKey(Schema.NullOr(id)),
  subGroupCount: Schema.optionalKey(Schema.Int),
});
/** With the roles that its members and those of groups nested in it hold, by name. */
export const GroupWithRoles = Schema.Struct({
  ...Group.fields,
  realmRoles: Schema.Array(word),
  clientRoles: Schema.Record(Schema.String, Schema.Array(word)),
});
export const Role = Schema.Struct({
  id,
  name: word,
  composite: Schema.optionalKey(Schema.Boolean),
  clientRole: Schema.optionalKey(Schema.Boolean),
  containerId: Schema.optionalKey(Schema.NullOr(id)),
});
export const Client = Schema.Struct({ id, clientId: word });
export const RoleMappings = Schema.Struct({
  realmMappings: Schema.optionalKey(Schema.Array(Role)),
  clientMappings: Schema.optionalKey(
    Schema.Record(Schema.String, Schema.Struct({ id, client: word, mappings: Schema.Array(Role) })),
  ),
});
export const Realm = Schema.Struct({
  id: Schema.optionalKey(id),
  registrationEmailAsUsername: Schema.optionalKey(Schema.Boolean),
});
/** What the service account may do with a person, as Keycloak says beside that person. */
export const Accessible = Schema.Struct({
  access: Schema.optionalKey(Schema.Record(Schema.String, Schema.Boolean)),
});
export const Count = Schema.Int;
export const GroupCount = Schema.Struct({ count: Schema.Int });
export const ServerInfo = Schema.Struct({
  systemInfo: Schema.optionalKey(Schema.Struct({ version: text })),
});

export type Identified = typeof Identified.Type;
export type Member = typeof Member.Type;
export type User = typeof User.Type;
export type Group = typeof Group.Type;
export type GroupWithRoles = typeof GroupWithRoles.Type;
export type Role = typeof Role.Type;
export type Client = typeof Client.Type;
export type RoleMappings = typeof RoleMappings.Type;

const name = (user: User): JsonObject => ({
  ...(user.firstName ? { givenName: user.firstName } : {}),
  ...(user.lastName ? { familyName: user.lastName } : {}),
});

export const userFact = (user: User): UserFact => {
  const displayName = [user.firstName, user.lastName].filter(Boolean).join(" ");
  return {
    _tag: "User",
    id: user.id,
    resource: {
      userName: user.username,
      ...(displayName ? { displayName, name: name(user) } : {}),
      ...(user.email ? { emails: [{ value: user.email, primary: true }] } : {}),
      active: user.enabled,
    },
  };
};

export const groupFact = (group: Group): GroupFact => ({
  _tag: "Group",
  id: group.id,
  name: group.name,
  kind: "group",
  parent: group.parentId ?? null,
});

export const realmRoleFact = (role: Role): GroupFact => ({
  _tag: "Group",
  id: role.id,
  name: role.name,
  kind: "realm-role",
  parent: null,
});

/** Two clients may have roles of one name, so the client's stands before it. */
export const clientRoleFact = (client: string, role: Role): GroupFact => ({
  ...realmRoleFact(role),
  name: `${client}:${role.name}`,
  kind: "client-role",
});
