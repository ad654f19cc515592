import type { Connection } from "../client/index.ts";

type Seen = Pick<Connection, "enabled"> & { readonly sync: { readonly state: string } | null };

/** `healthy`, `never synced`, …; of a system that pushes, whether it may. */
export const stateText = ({ enabled, sync }: Seen): string =>
  sync === null ? (enabled ? "enabled" : "disabled") : sync.state.toLowerCase().replaceAll("_", " ");

/** Did the last run or look say that something is wrong? */
export const isTroubled = ({ sync }: Pick<Seen, "sync">): boolean =>
  sync !== null && ["FAILING", "QUARANTINED", "DEGRADED"].includes(sync.state);
