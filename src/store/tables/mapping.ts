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
    permissions: p.json<ReadonlyArray<string>>().defaultRaw("'[]'"),
    /** No wildcard and no default may grant it. */
    reserved: p.boolean().default(false),
    /** Of the roles of one ladder only the highest counts; `rank` counts upwards. */
    ladder: p.string().nullable(),
    rank: p.integer().nullable(),
    createdAt: p.datetime().defaultRaw("now()"),
  },
});

/** Raised with every change of roles, ladders or scopes. `stamp` is never used twice, not even after a rollback. */
export const Catalogue = defineEntity({
  name: "Catalogue",
  tableName: "catalogue",
  properties: {
    organizationId: p.uuid().primary(),
    version: p.integer(),
    stamp: p.uuid().defaultRaw("gen_random_uuid()"),
  },
});

/** The catalogue as it was at each version, without its scopes. */
export const CatalogueVersion = defineEntity({
  name: "CatalogueVersion",
  tableName: "catalogue_version",
  properties: {
    organizationId: p.uuid().primary(),
    version: p.integer().primary(),
    document: p.json<JsonObject>(),
    causeEventId: p.uuid(),
    at: p.datetime().defaultRaw("now()"),
  },
});

/** What roles can be limited to. */
export const RoleScope = defineEntity({
  name: "RoleScope",
  tableName: "role_scope",
  properties: {
    organizationId: p.uuid().primary(),
    key: p.string().primary(),
    description: p.string(),
    causeEventId: p.uuid(),
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
