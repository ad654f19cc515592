/** What of a connection counts at all. */
import type { ConnectionRow } from "../../store/index.ts";

/** Why nothing of it does; empty where it does. */
export const uncounted = ({ enabled, waits }: ConnectionRow): ReadonlyArray<string> => [
  ...(enabled ? [] : ["The connection is disabled: nothing of it counts."]),
  ...(waits ? ["The connection waits for the plan of its first sync: nothing of it counts yet."] : []),
];
