/** Connections of an organization, their credentials and their secrets. */
import { defineEntity, p } from "@mikro-orm/postgresql";
import type { ConnectionKind, JsonObject } from "../../domain/index.ts";

export const Connection = defineEntity({
  name: "Connection",
  tableName: "connection",
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    kind: p.string().$type<ConnectionKind>(),
    slug: p.string(),
    name: p.string(),
    settings: p.json<JsonObject>(),
    enabled: p.boolean(),
    lifecycleAuthority: p.boolean().nullable(),
    /** Read, and not counted before the plan of its first sync is applied. */
    waits: p.boolean(),
    /** Connections with the same value are the same directory. Its own id where it stands alone. */
    directoryId: p.uuid(),
    /** Does its environment's credential write to it? Of an organization's connections, at most one. */
    forEnvironment: p.boolean(),
    /** What is recorded now, and until when: both null where nothing is. */
    recordingId: p.uuid().nullable(),
    recordingUntil: p.datetime().nullable(),
    createdAt: p.datetime().defaultRaw("now()"),
  },
});

export const ScimToken = defineEntity({
  name: "ScimToken",
  tableName: "scim_token",
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    connectionId: p.uuid(),
    hash: p.string(),
    label: p.string(),
    createdAt: p.datetime().defaultRaw("now()"),
    expiresAt: p.datetime().nullable(),
    revokedAt: p.datetime().nullable(),
    lastUsedAt: p.datetime().nullable(),
    /** Made for one test of the connection: does not count among its live tokens. */
    forTest: p.boolean(),
  },
});

export const DataKey = defineEntity({
  name: "DataKey",
  tableName: "data_key",
  properties: {
    organizationId: p.uuid().primary(),
    version: p.integer().primary(),
    wrapped: p.string(),
    createdAt: p.datetime().defaultRaw("now()"),
  },
});

export const Secret = defineEntity({
  name: "Secret",
  tableName: "secret",
  properties: {
    organizationId: p.uuid().primary(),
    ownerId: p.uuid().primary(),
    field: p.string().primary(),
    keyVersion: p.integer(),
    ciphertext: p.string(),
    updatedAt: p.datetime().defaultRaw("now()"),
  },
});
