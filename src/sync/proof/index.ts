/**
 * Owns the proof that roles follow from facts: everybody is recomputed with the pure function, a sample after the other
 * or all at once, and what nothing explains is said. Does not own repairing it.
 */

export { prover, rollOn } from "./roll.ts";
export { type Drift, type Verified, verifyEveryone } from "./verify.ts";
