/** Roles and the versions of the mapping. */
import { defineEntity, p } from "@mikro-orm/postgresql";
import type { JsonObject } from "../../domain/index.ts";

export const Role = defineEntity({
  name: "Role",
  tableName: "role",
  properties: {
    organizationId: p.uuid().primary(),
    key: p.string().primary(),
    name: p.string(),
    description: p.string(),
    createdAt: p.datetime().defaultRaw("now()"),
  },
});

export const MappingVersion = defineEntity({
  name: "MappingVersion",
  tableName: "mapping_version",
  properties: {
    organizationId: p.uuid().primary(),
    version: p.integer().primary(),
    state: p.string().$type<"draft" | "published" | "superseded">(),
    document: p.json<JsonObject>(),
    authorId: p.uuid().nullable(),
    createdAt: p.datetime().defaultRaw("now()"),
    publishedAt: p.datetime().nullable(),
  },
});
