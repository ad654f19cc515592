/** Changes that are not applied yet, what the guard keeps meanwhile, and its limits. */
import { defineEntity, p } from "@mikro-orm/postgresql";
import type { JsonObject } from "../../domain/index.ts";

export const Plan = defineEntity({
  name: "Plan",
  tableName: "plan",
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    kind: p.string(),
    state: p.string(),
    connectionId: p.uuid().nullable(),
    causeEventId: p.uuid(),
    authorId: p.uuid().nullable(),
    mappingVersion: p.integer(),
    /** What was in force when it was made. */
    baseVersion: p.integer(),
    catalogueVersion: p.integer(),
    hash: p.string().nullable(),
    summary: p.json<JsonObject>(),
    createdAt: p.datetime().defaultRaw("now()"),
    approvedBy: p.uuid().nullable(),
    approvedAt: p.datetime().nullable(),
    appliedAt: p.datetime().nullable(),
    endedAt: p.datetime().nullable(),
    undoUntil: p.datetime().nullable(),
    /** The event that put it in force: the cause of every change of roles it made. */
    appliedEventId: p.uuid().nullable(),
    /** Who works it, and until when that is believed without a sign of life. */
    holder: p.uuid().nullable(),
    leaseUntil: p.datetime().nullable(),
  },
});

export const PlanItem = defineEntity({
  name: "PlanItem",
  tableName: "plan_item",
  properties: {
    organizationId: p.uuid().primary(),
    planId: p.uuid().primary(),
    accountId: p.uuid().primary(),
    /** Ids only. */
    change: p.json<JsonObject>(),
    state: p.string().default("open"),
    /** A digest of the roles that applying it left there. */
    leftRoles: p.string().nullable(),
  },
});

/** A role kept in spite of the facts until somebody decides. An empty role: that the account is active. */
export const Withheld = defineEntity({
  name: "Withheld",
  tableName: "withheld",
  properties: {
    organizationId: p.uuid().primary(),
    accountId: p.uuid().primary(),
    role: p.string().primary(),
    scope: p.string().primary(),
    planId: p.uuid(),
    since: p.datetime().defaultRaw("now()"),
  },
});

/** Accounts that lost something lately by what was only inferred, by the connection it came through. */
export const InferredLoss = defineEntity({
  name: "InferredLoss",
  tableName: "inferred_loss",
  properties: {
    organizationId: p.uuid().primary(),
    connectionId: p.uuid().primary(),
    accountId: p.uuid().primary(),
    at: p.datetime().defaultRaw("now()"),
  },
});

/** How far the rolling recomputation is, and what it has found since the beginning. */
export const Proof = defineEntity({
  name: "Proof",
  tableName: "proof",
  properties: {
    organizationId: p.uuid().primary(),
    afterAccountId: p.uuid(),
    accounts: p.bigint("number"),
    differences: p.bigint("number"),
    checkedAt: p.datetime().defaultRaw("now()"),
    /** When everybody had been looked at last. */
    roundAt: p.datetime().nullable(),
  },
});

/** Limits of inferred loss by one cause: of the organization, and of single connections. */
export const Guard = defineEntity({
  name: "Guard",
  tableName: "guard",
  properties: {
    organizationId: p.uuid().primary(),
    /** The nil id: the organization's own. */
    connectionId: p.uuid().primary(),
    enabled: p.boolean(),
    accounts: p.integer(),
    percent: p.integer(),
  },
});
