/** What an organization sets for SCIM as a whole, and what is recorded of its clients. */
import { defineEntity, p } from "@mikro-orm/postgresql";
import type { Extension, Json } from "../../domain/index.ts";

export const ScimSettings = defineEntity({
  name: "ScimSettings",
  tableName: "scim_settings",
  properties: {
    organizationId: p.uuid().primary(),
    schemas: p.json<ReadonlyArray<Extension>>(),
    version: p.integer(),
    enabled: p.boolean(),
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
