/** How the reading of a connection is going, in one word. Pure. */
import type { SyncStateRow } from "../../store/index.ts";

/** The first that holds, in this order. */
export const syncStates = [
  "disabled",
  "quarantined",
  "failing",
  "syncing",
  "never-synced",
  "late",
  "healthy",
] as const;
export type SyncState = (typeof syncStates)[number];

/** A run is late when nothing has begun it so long after it was due: no server works, or all are busy. */
const graceMillis = 120_000;

type Seen = Pick<SyncStateRow, "quarantinedAt" | "failures" | "lastSuccessAt" | "dueAt"> & {
  readonly enabled: boolean;
  readonly busy: boolean;
};

/** `now` in milliseconds since 1970. */
export const syncStateOf = (seen: Seen, now: number): SyncState => {
  if (!seen.enabled) return "disabled";
  if (seen.quarantinedAt !== null) return "quarantined";
  if (seen.failures > 0) return "failing";
  if (seen.busy) return "syncing";
  if (seen.lastSuccessAt === null) return "never-synced";
  return seen.dueAt !== null && seen.dueAt.getTime() + graceMillis < now ? "late" : "healthy";
};
