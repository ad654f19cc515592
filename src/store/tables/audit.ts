/** Events, the personal values they refer to, and exceptions. */
import { defineEntity, p } from "@mikro-orm/postgresql";
import type { Actor, JsonObject } from "../../domain/index.ts";

export const Event = defineEntity({
  name: "Event",
  tableName: "event",
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    at: p.datetime().defaultRaw("now()"),
    type: p.string(),
    actorKind: p.string().$type<Actor["kind"]>(),
    actorId: p.uuid().nullable(),
    connectionId: p.uuid().nullable(),
    requestId: p.string().nullable(),
    subjectKind: p.string(),
    subjectId: p.uuid(),
    causeEventId: p.uuid().nullable(),
    /** Ids, counts and attribute names. Never a personal value. */
    data: p.json<JsonObject>(),
    personalId: p.uuid().nullable(),
    /** HMAC-SHA-256 of the personal value under its salt: proves the value while it exists. */
    personalMac: p.string().nullable(),
    /** The writing transaction, so that readers can stay below the oldest one still open. */
    xid: p.string().columnType("xid8").defaultRaw("pg_current_xact_id()"),
  },
});

export const PersonalValue = defineEntity({
  name: "PersonalValue",
  tableName: "personal_value",
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    subjectId: p.uuid(),
    salt: p.string(),
    value: p.string(),
  },
});

export const Exception = defineEntity({
  name: "Exception",
  tableName: "exception",
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    kind: p.string(),
    subjectKind: p.string(),
    subjectId: p.uuid(),
    connectionId: p.uuid().nullable(),
    causeEventId: p.uuid().nullable(),
    /** Ids and words, no personal values. */
    detail: p.json<JsonObject>(),
    createdAt: p.datetime().defaultRaw("now()"),
    resolvedAt: p.datetime().nullable(),
  },
});
