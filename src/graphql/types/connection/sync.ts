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
    followSeconds: t.exposeInt("followSeconds", {
      nullable: true,
      description: "Seconds between looks for what has changed; null: changes are not followed.",
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
    users: t.exposeInt("users", { description: "People read so far." }),
    groups: t.exposeInt("groups", { description: "Groups and roles read so far." }),
    lastRun: t.expose("lastRun", { type: Run, nullable: true }),
  }),
});
