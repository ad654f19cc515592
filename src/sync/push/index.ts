/**
 * Owns writing outward: what should be there, how it differs, and the intents that mark what we write so that it never
 * becomes a reason (invariants 2 and 3). Does not own which role somebody has (reconcile), how a vendor is asked
 * (connectors), or who may configure it.
 */
export type { Supposed } from "./cases.ts";
export { releaseIntent, retryPush, setPush } from "./operate.ts";
export { performPush, sweepPushes } from "./perform.ts";
export { type PlannedChange, type PlannedTrouble, type PushPreview, previewPush } from "./preview.ts";
export { supposePush } from "./suppose.ts";
export { requireFewTaken, takesAway } from "./taking.ts";
export { pushWorker } from "./worker.ts";
