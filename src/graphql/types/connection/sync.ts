import type { SyncView } from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { SyncState } from "../enums.ts";
import { Run } from "./run.ts";

/** How a connection is read. */
export const Sync = builder.objectRef<SyncView>("Sync").implement({
  description: "How the reading of a connection is going.",
  authScopes: { permission: "sync:read" },
  fields: (t) => ({
    state: t.expose("state", { type: SyncState }),
    everySeconds: t.exposeInt("everySeconds", {
      nullable: true,
      description: "Seconds between scheduled runs; null: only when asked.",
    }),
    dueAt: t.expose("dueAt", { type: "DateTime", nullable: true }),
    lastSuccessAt: t.expose("lastSuccessAt", { type: "DateTime", nullable: true }),
    failures: t.exposeInt("failures", { description: "Runs that failed since the last good one." }),
    quarantinedAt: t.expose("quarantinedAt", { type: "DateTime", nullable: true }),
    reason: t.exposeString("reason", {
      nullable: true,
      description: "Why the last run failed, in one word.",
    }),
    detail: t.exposeString("detail", {
      nullable: true,
      description: "The same in a sentence, with what to do about it.",
    }),
    why: t.exposeString("why", {
      nullable: true,
      description: "Why it is not healthy, in a sentence. Null where nothing is to be said.",
    }),
    followSeconds: t.exposeInt("followSeconds", {
      nullable: true,
      description: "Seconds between looks for changes; null: it is only read as a whole.",
    }),
    followedAt: t.expose("followedAt", {
      type: "DateTime",
      nullable: true,
      description: "The last look for changes that went well.",
    }),
    changedAt: t.expose("changedAt", {
      type: "DateTime",
      nullable: true,
      description: "When the newest change that was followed happened, by the source's clock.",
    }),
    lagMillis: t.exposeInt("lagMillis", {
      nullable: true,
      description: "From a change at the source until its effect here, lately, by both clocks.",
    }),
    followFailures: t.exposeInt("followFailures", {
      description: "Looks for changes that failed since the last good one.",
    }),
    followReason: t.exposeString("followReason", {
      nullable: true,
      description: "Why the last one did, in one word.",
    }),
    followDetail: t.exposeString("followDetail", { nullable: true, description: "The same in a sentence." }),
    errorRate: t.exposeFloat("errorRate", {
      description: "Of its last fifty runs, how many failed: 0 to 1.",
    }),
    pendingAccounts: t.exposeInt("pendingAccounts", {
      description: "Accounts with somebody of this connection that wait to be looked at.",
    }),
    users: t.exposeInt("users", { description: "People read so far." }),
    groups: t.exposeInt("groups", { description: "Groups and roles read so far." }),
    lastRun: t.expose("lastRun", { type: Run, nullable: true }),
  }),
});
