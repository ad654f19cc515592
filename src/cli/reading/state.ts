import type { Connection } from "../client/index.ts";

type Seen = Pick<Connection, "enabled" | "waits"> & { readonly sync: { readonly state: string } | null };

const plainText = ({ enabled, sync }: Seen): string =>
  sync === null ? (enabled ? "enabled" : "disabled") : sync.state.toLowerCase().replaceAll("_", " ");

/** `healthy`, `never synced`, …; of a system that pushes, whether it may. And whether it counts. */
export const stateText = (seen: Seen): string =>
  seen.waits ? `${plainText(seen)}, waits for its plan` : plainText(seen);

/** Did the last run or look say that something is wrong? */
export const isTroubled = ({ sync }: Pick<Seen, "sync">): boolean =>
  sync !== null && ["FAILING", "QUARANTINED", "DEGRADED"].includes(sync.state);
