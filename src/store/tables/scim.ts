/** What an organization sets for SCIM as a whole, the domains it claims, and what is recorded of its clients. */
import { defineEntity, p } from "@mikro-orm/postgresql";
import type { Extension, Json } from "../../domain/index.ts";

/** No row: everything has its default. */
export const ScimSettings = defineEntity({
  name: "ScimSettings",
  tableName: "scim_settings",
  properties: {
    organizationId: p.uuid().primary(),
    schemas: p.json<ReadonlyArray<Extension>>(),
    version: p.integer(),
    enabled: p.boolean(),
    /** Are users of other domains than its own refused? */
    domainsOnly: p.boolean(),
    /** Are its roles shown at `/Roles`? */
    roles: p.boolean(),
  },
});

export const ScimDomain = defineEntity({
  name: "ScimDomain",
  tableName: "scim_domain",
  properties: {
    organizationId: p.uuid().primary(),
    name: p.string().primary(),
    challenge: p.string(),
    createdAt: p.datetime().defaultRaw("now()"),
    verifiedAt: p.datetime().nullable(),
  },
});

export const Recording = defineEntity({
  name: "Recording",
  tableName: "recording",
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    connectionId: p.uuid(),
    key: p.string().nullable(),
    createdAt: p.datetime().defaultRaw("now()"),
    endsAt: p.datetime(),
    exchangesLeft: p.integer(),
    bytesLeft: p.integer(),
    skipped: p.integer(),
  },
});

export const RecordedExchange = defineEntity({
  name: "RecordedExchange",
  tableName: "recorded_exchange",
  properties: {
    organizationId: p.uuid().primary(),
    recordingId: p.uuid().primary(),
    id: p.uuid().primary(),
    exchange: p.json<Json>(),
  },
});
