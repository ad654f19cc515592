/** How writing through a connection is going, in one word. Pure. */
import type { PushRow } from "../../store/index.ts";

/** The first that holds, in this order. */
export const pushStates = [
  "off",
  "disabled",
  "observing",
  "failing",
  "writing",
  "troubled",
  "healthy",
] as const;
export type PushState = (typeof pushStates)[number];

type Seen = Pick<PushRow, "mode" | "failures"> & {
  readonly enabled: boolean;
  readonly pending: number;
  readonly troubled: number;
  readonly drifted: number;
};

export const pushStateOf = ({ mode, failures, enabled, pending, troubled, drifted }: Seen): PushState => {
  if (mode === "off") return "off";
  if (!enabled) return "disabled";
  if (mode === "observe") return "observing";
  if (failures > 0) return "failing";
  // Those in trouble wait, too.
  if (pending > troubled) return "writing";
  return troubled + drifted > 0 ? "troubled" : "healthy";
};
