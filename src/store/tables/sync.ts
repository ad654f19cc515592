/** When connections are read, and what each reading did. */
import { defineEntity, p } from "@mikro-orm/postgresql";
import type { FailedObject, RunState, RunStep, RunTrigger } from "../../domain/index.ts";

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
    requestedAt: p.datetime().defaultRaw("now()"),
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
