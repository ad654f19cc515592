/** Writing to outside systems: what is wanted, who is to be looked at, how they stand, and what there is ours. */
import { defineEntity, p } from "@mikro-orm/postgresql";
import type {
  GroupKind,
  IntentState,
  Json,
  PushMode,
  PushSettings,
  WrittenFact,
} from "../../domain/index.ts";

export const Push = defineEntity({
  name: "Push",
  tableName: "push",
  properties: {
    organizationId: p.uuid().primary(),
    connectionId: p.uuid().primary(),
    mode: p.string().$type<PushMode>(),
    settings: p.json<PushSettings>(),
    /** Which directory is written, once it has told. */
    identity: p.string().nullable(),
    /** Does it call everybody by their email? */
    namedByEmail: p.boolean().default(false),
    failures: p.integer().default(0),
    lastSuccessAt: p.datetime().nullable(),
    retryAt: p.datetime().nullable(),
    reason: p.string().nullable(),
    detail: p.string().nullable(),
    /** Who works it, and until when that is believed without a sign of life. */
    holder: p.uuid().nullable(),
    leaseUntil: p.datetime().nullable(),
  },
});

export const PushPending = defineEntity({
  name: "PushPending",
  tableName: "push_pending",
  properties: {
    organizationId: p.uuid().primary(),
    connectionId: p.uuid().primary(),
    accountId: p.uuid().primary(),
    causeEventId: p.uuid(),
    since: p.datetime().defaultRaw("clock_timestamp()"),
  },
});

export const Pushed = defineEntity({
  name: "Pushed",
  tableName: "pushed",
  properties: {
    organizationId: p.uuid().primary(),
    connectionId: p.uuid().primary(),
    accountId: p.uuid().primary(),
    remoteId: p.string().nullable(),
    /** Of what was wanted when it was last written or found so. */
    digest: p.string().nullable(),
    pushedAt: p.datetime().nullable(),
    failures: p.integer().default(0),
    retryAt: p.datetime().nullable(),
    reason: p.string().nullable(),
    detail: p.string().nullable(),
    /** Did a person approve that they are deleted there? */
    approved: p.boolean().default(false),
  },
});

export const IntentEntity = defineEntity({
  name: "Intent",
  tableName: "intent",
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    identity: p.string(),
    connectionId: p.uuid(),
    accountId: p.uuid(),
    subject: p.string(),
    fact: p.string().$type<WrittenFact>(),
    object: p.string(),
    kind: p.string().$type<GroupKind>().nullable(),
    state: p.string().$type<IntentState>(),
    /** Was it handed back, and is not to be written again until it is wanted anew? */
    yields: p.boolean().default(false),
    before: p.json<Json>().nullable(),
    after: p.json<Json>().nullable(),
    causeEventId: p.uuid(),
    createdAt: p.datetime().defaultRaw("now()"),
    doneAt: p.datetime().nullable(),
    endedAt: p.datetime().nullable(),
  },
});
