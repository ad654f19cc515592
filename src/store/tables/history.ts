/** What decided in the past. Triggers write these tables; see `migrations/0009-history.ts`. */
import { defineEntity, p } from "@mikro-orm/postgresql";
import type { ConnectionKind, GroupKind, JsonObject } from "../../domain/index.ts";

const learned = {
  learnedAt: p.datetime().primary(),
  /** When the transaction that learned it began: all that one transaction did is one change. */
  learnedIn: p.datetime(),
  /** Null while it holds. */
  forgottenAt: p.datetime().nullable(),
  forgottenIn: p.datetime().nullable(),
};

export const DirectoryUserHistory = defineEntity({
  name: "DirectoryUserHistory",
  tableName: "directory_user_history",
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    connectionId: p.uuid().nullable(),
    active: p.boolean().nullable(),
    resource: p.json<JsonObject>().nullable(),
    causeEventId: p.uuid().nullable(),
    ...learned,
  },
});

export const DirectoryGroupHistory = defineEntity({
  name: "DirectoryGroupHistory",
  tableName: "directory_group_history",
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    externalId: p.string().nullable(),
    displayName: p.string().nullable(),
    kind: p.string().$type<GroupKind>().nullable(),
    ...learned,
  },
});

export const MembershipHistory = defineEntity({
  name: "MembershipHistory",
  tableName: "membership_history",
  properties: {
    organizationId: p.uuid().primary(),
    userId: p.uuid().primary(),
    groupId: p.uuid().primary(),
    causeEventId: p.uuid().nullable(),
    ...learned,
  },
});

export const AccountLinkHistory = defineEntity({
  name: "AccountLinkHistory",
  tableName: "account_link_history",
  properties: {
    organizationId: p.uuid().primary(),
    userId: p.uuid().primary(),
    accountId: p.uuid().nullable(),
    ...learned,
  },
});

export const LostLinkHistory = defineEntity({
  name: "LostLinkHistory",
  tableName: "lost_link_history",
  properties: {
    organizationId: p.uuid().primary(),
    accountId: p.uuid().primary(),
    userId: p.uuid().primary(),
    connectionId: p.uuid().nullable(),
    ...learned,
  },
});

export const ConnectionHistory = defineEntity({
  name: "ConnectionHistory",
  tableName: "connection_history",
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    slug: p.string().nullable(),
    kind: p.string().$type<ConnectionKind>().nullable(),
    enabled: p.boolean().nullable(),
    lifecycleAuthority: p.boolean().nullable(),
    waits: p.boolean().default(false),
    ...learned,
  },
});

export const SuspensionHistory = defineEntity({
  name: "SuspensionHistory",
  tableName: "suspension_history",
  properties: {
    organizationId: p.uuid().primary(),
    accountId: p.uuid().primary(),
    causeEventId: p.uuid(),
    ...learned,
  },
});

/** Since when the facts are known in full. No row: since the organization was made. */
export const HistoryHorizon = defineEntity({
  name: "HistoryHorizon",
  tableName: "history_horizon",
  properties: {
    organizationId: p.uuid().primary(),
    completeSince: p.datetime(),
  },
});
