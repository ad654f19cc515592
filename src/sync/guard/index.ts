/**
 * Owns what is held: counting what one cause would take away, the limits, held plans, and the alarm when many are named.
 * Does not own evaluating accounts, nor writing what takes effect.
 */
export { guarded } from "./guard.ts";
export { approveHold, concludeCauses } from "./hold.ts";
export { watchLeaving } from "./leaving.ts";
export { isTooMuch } from "./limits.ts";
