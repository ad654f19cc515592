/** When connections are read, and what each reading did. */
import { defineEntity, p } from "@mikro-orm/postgresql";
import type { FailedObject, JsonObject, RunState, RunStep, RunTrigger } from "../../domain/index.ts";

export const SyncState = defineEntity({
  name: "SyncState",
  tableName: "sync_state",
  properties: {
    organizationId: p.uuid().primary(),
    connectionId: p.uuid().primary(),
    /** Seconds between scheduled runs; null: only when asked for. */
    everySeconds: p.integer().nullable(),
    dueAt: p.datetime().nullable(),
    /** Runs that failed since the last good one. */
    failures: p.integer().default(0),
    lastSuccessAt: p.datetime().nullable(),
    /** Which directory was read, as the source itself tells them apart; null: none yet, or it does not tell. */
    sourceIdentity: p.string().nullable(),
    /** Nothing is believed of a quarantined connection until a run goes well again. */
    quarantinedAt: p.datetime().nullable(),
    reason: p.string().nullable(),
    detail: p.string().nullable(),
    /** Seconds between looks for changes; null: changes are not followed. */
    followSeconds: p.integer().nullable(),
    /** Where the source's changes were read to; null: from now on, after the next whole run. */
    cursor: p.json<JsonObject>().nullable(),
    /** The last look that went well. */
    followedAt: p.datetime().nullable(),
    /** When the newest change that was kept happened, by the source's clock. */
    changedAt: p.datetime().nullable(),
    /** Milliseconds from a change at the source until its effect here, lately. */
    lagMillis: p.integer().nullable(),
    /** Looks that failed since the last good one, and why the last one did. */
    followFailures: p.integer().default(0),
    followReason: p.string().nullable(),
    followDetail: p.string().nullable(),
    followHolder: p.uuid().nullable(),
    followLeaseUntil: p.datetime().nullable(),
  },
});

export const RunEntity = defineEntity({
  name: "Run",
  tableName: "run",
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    connectionId: p.uuid(),
    state: p.string().$type<RunState>(),
    trigger: p.string().$type<RunTrigger>(),
    requestedBy: p.uuid().nullable(),
    userId: p.uuid().nullable(),
    groupId: p.uuid().nullable(),
    /** Reads only what the source told may have changed. */
    follows: p.boolean().default(false),
    requestedAt: p.datetime().defaultRaw("now()"),
    /** Not to be begun before; null: at once. */
    dueAt: p.datetime().nullable(),
    startedAt: p.datetime().nullable(),
    endedAt: p.datetime().nullable(),
    attempts: p.integer().default(0),
    steps: p.json<ReadonlyArray<RunStep>>(),
    failures: p.json<ReadonlyArray<FailedObject>>(),
    reason: p.string().nullable(),
    detail: p.string().nullable(),
    /** Who works it, and until when that counts without another sign of life. */
    holder: p.uuid().nullable(),
    leaseUntil: p.datetime().nullable(),
  },
});
