/** Per connection, our copy of what that system last said. */
import { defineEntity, p } from "@mikro-orm/postgresql";
import type { GroupKind, JsonObject } from "../../domain/index.ts";

export const DirectoryUser = defineEntity({
  name: "DirectoryUser",
  tableName: "directory_user",
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    connectionId: p.uuid(),
    /** What the source calls it, where we read the source; empty where clients push and ids are ours. */
    sourceId: p.string().default(""),
    externalId: p.string().nullable(),
    userNameKey: p.string(),
    emailKey: p.string().nullable(),
    active: p.boolean(),
    resource: p.json<JsonObject>(),
    version: p.integer(),
    causeEventId: p.uuid(),
    createdAt: p.datetime().defaultRaw("now()"),
    updatedAt: p.datetime().defaultRaw("now()"),
  },
});

export const DirectoryGroup = defineEntity({
  name: "DirectoryGroup",
  tableName: "directory_group",
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    connectionId: p.uuid(),
    /** What the source calls it, where we read the source; empty where clients push and ids are ours. */
    sourceId: p.string().default(""),
    externalId: p.string().nullable(),
    displayName: p.string(),
    displayNameKey: p.string(),
    kind: p.string().$type<GroupKind>().default("group"),
    /** The `sourceId` of the group it is nested in. */
    parentSourceId: p.string().nullable(),
    resource: p.json<JsonObject>(),
    version: p.integer(),
    causeEventId: p.uuid(),
    createdAt: p.datetime().defaultRaw("now()"),
    updatedAt: p.datetime().defaultRaw("now()"),
  },
});

export const Membership = defineEntity({
  name: "Membership",
  tableName: "membership",
  properties: {
    organizationId: p.uuid().primary(),
    groupId: p.uuid().primary(),
    userId: p.uuid().primary(),
    causeEventId: p.uuid(),
    since: p.datetime().defaultRaw("now()"),
  },
});
