/** Accounts, what joins them to directory users, and the roles they have. */
import { defineEntity, p } from "@mikro-orm/postgresql";
import type { JsonObject } from "../../domain/index.ts";

export const Account = defineEntity({
  name: "Account",
  tableName: "account",
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    active: p.boolean(),
    /** Why it is active or not, without personal values. */
    activeBecause: p.string(),
    /** The event by which an operator suspended it. */
    suspendedBy: p.uuid().nullable(),
    /** The account that this one is another name of. */
    mergedInto: p.uuid().nullable(),
    /** When it was first looked at by the mapping that it was looked at by last; null: when it was made. */
    evaluatedAt: p.datetime().nullable(),
    /** When time alone may change its roles. */
    dueAt: p.datetime().nullable(),
    createdAt: p.datetime().defaultRaw("now()"),
    updatedAt: p.datetime().defaultRaw("now()"),
  },
});

export const AccountLink = defineEntity({
  name: "AccountLink",
  tableName: "account_link",
  properties: {
    organizationId: p.uuid().primary(),
    userId: p.uuid().primary(),
    accountId: p.uuid(),
    connectionId: p.uuid(),
    via: p.string(),
    createdAt: p.datetime().defaultRaw("now()"),
  },
});

/** A directory user that an account had and lost: the next holder of its name inherits nothing. */
export const LostLink = defineEntity({
  name: "LostLink",
  tableName: "lost_link",
  properties: {
    organizationId: p.uuid().primary(),
    accountId: p.uuid().primary(),
    userId: p.uuid().primary(),
    connectionId: p.uuid(),
    externalId: p.string().nullable(),
    causeEventId: p.uuid(),
    lostAt: p.datetime().defaultRaw("now()"),
  },
});

export const Assignment = defineEntity({
  name: "Assignment",
  tableName: "assignment",
  properties: {
    organizationId: p.uuid().primary(),
    accountId: p.uuid().primary(),
    role: p.string().primary(),
    scope: p.string().primary(),
    since: p.datetime().defaultRaw("now()"),
    decisionId: p.uuid(),
  },
});

export const AssignmentReason = defineEntity({
  name: "AssignmentReason",
  tableName: "assignment_reason",
  properties: {
    organizationId: p.uuid().primary(),
    accountId: p.uuid().primary(),
    role: p.string().primary(),
    scope: p.string().primary(),
    rule: p.string().primary(),
    /** The nil id where an operator decided about the account itself. */
    userId: p.uuid().primary(),
    /** The group's id, or what else fired, where no group did. */
    reasonKey: p.string().primary(),
    because: p.string(),
    groupId: p.uuid().nullable(),
    connectionId: p.uuid().nullable(),
    causeEventId: p.uuid(),
  },
});

/** Accounts whose assignments may differ from what the facts say, until a job has looked at them. */
export const PendingAccount = defineEntity({
  name: "PendingAccount",
  tableName: "pending_account",
  properties: {
    organizationId: p.uuid().primary(),
    accountId: p.uuid().primary(),
    causeEventId: p.uuid(),
    loses: p.boolean(),
    /** What the guard counts as one cause; null where nothing was inferred. */
    inferredBy: p.uuid().nullable(),
    /** Did a source or an operator say something of these very people? Then nothing that was inferred is held. */
    named: p.boolean().default(false),
    since: p.datetime().defaultRaw("now()"),
  },
});

export const Decision = defineEntity({
  name: "Decision",
  tableName: "decision",
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    accountId: p.uuid(),
    mappingVersion: p.integer(),
    causeEventId: p.uuid(),
    active: p.boolean(),
    /** Ids only: facts used, roles with reasons, gained and lost. */
    outcome: p.json<JsonObject>(),
    at: p.datetime().defaultRaw("now()"),
    /** `at` is when the transaction began, which may have waited long. Null in the oldest. */
    madeAt: p.datetime().nullable().defaultRaw("clock_timestamp()"),
  },
});
