/**
 * Owns looking ahead: plans, from the dry look at everyone over applying to undoing. Does not own how an account is
 * evaluated or written (reconcile), nor who may ask for it (tenancy).
 */
export { type Looked, lookAtEveryone } from "./everyone.ts";
export { tidyPlans } from "./forget.ts";
export { previewConnection, previewFirstSync, previewMapping, previewPending } from "./make.ts";
export { applyPlan, rejectPlan, undoPlan } from "./order.ts";
export { workPlan } from "./work.ts";
export { planWorker, sweepPlans } from "./worker.ts";
