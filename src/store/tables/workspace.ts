/** Workspaces and operators: the few tables without an organization. Reached only through `system.ts`. */
import { defineEntity, p } from "@mikro-orm/postgresql";
import type { Actor, JsonObject, OperatorRole } from "../../domain/index.ts";

export const Project = defineEntity({
  name: "Project",
  tableName: "project",
  properties: {
    id: p.uuid().primary(),
    slug: p.string(),
    name: p.string(),
    createdAt: p.datetime().defaultRaw("now()"),
  },
});

export const Environment = defineEntity({
  name: "Environment",
  tableName: "environment",
  properties: {
    id: p.uuid().primary(),
    project: () => p.manyToOne(Project),
    slug: p.string(),
    name: p.string(),
    defaultOrganizationId: p.uuid().nullable(),
    createdAt: p.datetime().defaultRaw("now()"),
  },
});

export const Organization = defineEntity({
  name: "Organization",
  tableName: "organization",
  properties: {
    id: p.uuid().primary(),
    environmentId: p.uuid(),
    slug: p.string(),
    name: p.string(),
    createdAt: p.datetime().defaultRaw("now()"),
  },
});

export const Operator = defineEntity({
  name: "Operator",
  tableName: "operator",
  properties: {
    id: p.uuid().primary(),
    name: p.string(),
    role: p.string().$type<OperatorRole>(),
    /** Null: every organization. */
    organizationId: p.uuid().nullable(),
    createdAt: p.datetime().defaultRaw("now()"),
    disabledAt: p.datetime().nullable(),
  },
});

export const OperatorToken = defineEntity({
  name: "OperatorToken",
  tableName: "operator_token",
  properties: {
    id: p.uuid().primary(),
    operatorId: p.uuid(),
    hash: p.string(),
    label: p.string(),
    createdAt: p.datetime().defaultRaw("now()"),
    expiresAt: p.datetime().nullable(),
    revokedAt: p.datetime().nullable(),
    lastUsedAt: p.datetime().nullable(),
  },
});

/** A SCIM token of an environment: good for every organization of it that marks a connection. */
export const EnvironmentToken = defineEntity({
  name: "EnvironmentToken",
  tableName: "environment_token",
  properties: {
    id: p.uuid().primary(),
    environmentId: p.uuid(),
    hash: p.string(),
    label: p.string(),
    createdAt: p.datetime().defaultRaw("now()"),
    expiresAt: p.datetime().nullable(),
    revokedAt: p.datetime().nullable(),
    lastUsedAt: p.datetime().nullable(),
  },
});

/** Whose a verified domain is: one organization's in the whole installation. */
export const VerifiedDomain = defineEntity({
  name: "VerifiedDomain",
  tableName: "verified_domain",
  properties: {
    name: p.string().primary(),
    organizationId: p.uuid(),
  },
});

/** One row, sealed by the master key: tells a wrong key before it does harm. */
export const KeyCheck = defineEntity({
  name: "KeyCheck",
  tableName: "key_check",
  properties: {
    id: p.integer().primary(),
    sealed: p.string(),
  },
});

/** What happened to operators who are bound to no organization: the evidence of those who may do everything. */
export const SystemEvent = defineEntity({
  name: "SystemEvent",
  tableName: "system_event",
  properties: {
    id: p.uuid().primary(),
    at: p.datetime().defaultRaw("now()"),
    type: p.string(),
    actorKind: p.string().$type<Actor["kind"]>(),
    actorId: p.uuid().nullable(),
    requestId: p.string().nullable(),
    subjectKind: p.string(),
    subjectId: p.uuid(),
    data: p.json<JsonObject>(),
    xid: p.string().columnType("xid8").defaultRaw("pg_current_xact_id()"),
  },
});
