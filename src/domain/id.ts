/**
 * Identifiers. All are UUIDs (version 7 where Rolebridge makes them), told apart by the type checker.
 */
import { Schema } from "effect";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const Uuid = Schema.String.check(Schema.isPattern(uuid));

/** True for the canonical lower-case text form, the only one Rolebridge hands out. */
export const isUuid = (text: string): boolean => uuid.test(text);

export const OrganizationId = Uuid.pipe(Schema.brand("OrganizationId"));
export type OrganizationId = typeof OrganizationId.Type;

export const EnvironmentId = Uuid.pipe(Schema.brand("EnvironmentId"));
export type EnvironmentId = typeof EnvironmentId.Type;

export const ConnectionId = Uuid.pipe(Schema.brand("ConnectionId"));
export type ConnectionId = typeof ConnectionId.Type;

export const DirectoryUserId = Uuid.pipe(Schema.brand("DirectoryUserId"));
export type DirectoryUserId = typeof DirectoryUserId.Type;

export const DirectoryGroupId = Uuid.pipe(Schema.brand("DirectoryGroupId"));
export type DirectoryGroupId = typeof DirectoryGroupId.Type;

export const AccountId = Uuid.pipe(Schema.brand("AccountId"));
export type AccountId = typeof AccountId.Type;

export const EventId = Uuid.pipe(Schema.brand("EventId"));
export type EventId = typeof EventId.Type;

export const OperatorId = Uuid.pipe(Schema.brand("OperatorId"));
export type OperatorId = typeof OperatorId.Type;

export const TokenId = Uuid.pipe(Schema.brand("TokenId"));
export type TokenId = typeof TokenId.Type;

export const ScimClientId = Uuid.pipe(Schema.brand("ScimClientId"));
export type ScimClientId = typeof ScimClientId.Type;

export const GrantId = Uuid.pipe(Schema.brand("GrantId"));
export type GrantId = typeof GrantId.Type;

export const ExclusionId = Uuid.pipe(Schema.brand("ExclusionId"));
export type ExclusionId = typeof ExclusionId.Type;

export const InvitationId = Uuid.pipe(Schema.brand("InvitationId"));
export type InvitationId = typeof InvitationId.Type;

export const PlanId = Uuid.pipe(Schema.brand("PlanId"));
export type PlanId = typeof PlanId.Type;

export const RunId = Uuid.pipe(Schema.brand("RunId"));
export type RunId = typeof RunId.Type;

export const ApplicationId = Uuid.pipe(Schema.brand("ApplicationId"));
export type ApplicationId = typeof ApplicationId.Type;

export const LoginId = Uuid.pipe(Schema.brand("LoginId"));
export type LoginId = typeof LoginId.Type;

/** A short name for people and addresses: lower-case letters, digits and hyphens, up to 63 characters. */
export const Slug = Schema.String.check(
  Schema.isPattern(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, {
    message: "use 1 to 63 lower-case letters, digits and hyphens, with a letter or digit at both ends",
  }),
);

/** A role's stable name, for example `billing-admin` or `library:editor`. */
export const RoleKey = Schema.String.check(
  Schema.isPattern(/^[a-z0-9][a-z0-9._:-]{0,126}$/, {
    message: "use 1 to 127 lower-case letters, digits and . _ : -",
  }),
).pipe(Schema.brand("RoleKey"));
export type RoleKey = typeof RoleKey.Type;

/** What an application asks for before it lets somebody do something, for example `invoices.write`. */
export const RolePermission = Schema.String.check(
  Schema.isPattern(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,126}$/, {
    message: "use 1 to 127 letters, digits and . _ : / -",
  }),
);
