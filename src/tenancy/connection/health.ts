/** How the reading of a connection is going, in one word and in a sentence. Pure. */
import type { SyncStateRow } from "../../store/index.ts";

/** The first that holds, in this order. */
export const syncStates = [
  "disabled",
  "quarantined",
  "failing",
  "syncing",
  "never-synced",
  "degraded",
  "late",
  "healthy",
] as const;
export type SyncState = (typeof syncStates)[number];

/** A run is late when nothing has begun it so long after it was due: no server works, or all are busy. */
const graceMillis = 120_000;
/** Looks are late when none went well for three times their interval, and for so long. */
const leastMillis = 30_000;

type Times = Pick<SyncStateRow, "lastSuccessAt" | "dueAt" | "followSeconds" | "followedAt">;

export type Seen = Times &
  Pick<
    SyncStateRow,
    "quarantinedAt" | "failures" | "reason" | "detail" | "followFailures" | "followReason" | "followDetail"
  > & {
    readonly enabled: boolean;
    readonly busy: boolean;
    /** What could not be kept lately. */
    readonly refused: number;
  };

const isLate = ({ dueAt }: Times, now: number): boolean =>
  dueAt !== null && dueAt.getTime() + graceMillis < now;

const secondsWithoutLook = (
  { followSeconds, followedAt, lastSuccessAt }: Times,
  now: number,
): number | null => {
  if (followSeconds === null) return null;
  const last = Math.max(followedAt?.getTime() ?? 0, lastSuccessAt?.getTime() ?? 0);
  return now - last > Math.max(3 * followSeconds * 1_000, leastMillis)
    ? Math.round((now - last) / 1_000)
    : null;
};

/** `now` in milliseconds since 1970. */
export const syncStateOf = (seen: Seen, now: number): SyncState => {
  if (!seen.enabled) return "disabled";
  if (seen.quarantinedAt !== null) return "quarantined";
  if (seen.failures > 0) return "failing";
  if (seen.busy) return "syncing";
  if (seen.lastSuccessAt === null) return "never-synced";
  if (seen.followFailures > 0 || seen.refused > 0) return "degraded";
  return isLate(seen, now) || secondsWithoutLook(seen, now) !== null ? "late" : "healthy";
};

const degradedText = ({ followFailures, followReason, followDetail, refused }: Seen): string =>
  followFailures > 0
    ? `Changes are not followed now (${followReason}), it is only read on schedule: ${followDetail}`
    : `${refused} ${refused === 1 ? "object" : "objects"} of the source could not be kept; the runs list them.`;

const lateText = (seen: Seen, now: number): string =>
  isLate(seen, now)
    ? "It was to be read, and no server has begun: none works, or all are busy."
    : `Nobody has looked for changes for ${secondsWithoutLook(seen, now)} seconds: no server works, or all are busy.`;

/** Why it is not healthy, as a sentence; `null` where there is nothing to say. */
export const syncStateText = (seen: Seen, now: number): string | null => {
  switch (syncStateOf(seen, now)) {
    case "quarantined":
      return `Nothing it says is believed until a run goes well (${seen.reason}): ${seen.detail}`;
    case "failing":
      return `The last run failed (${seen.reason}) and is tried again by itself: ${seen.detail}`;
    case "degraded":
      return degradedText(seen);
    case "late":
      return lateText(seen, now);
    default:
      return null;
  }
};
