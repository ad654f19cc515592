/**
 * Owns the way from changed facts to changed assignments: correlation, reconciling, the jobs that do it for
 * many. Does not own what a role should be (mapping) or how facts arrive (scim, connectors).
 */
export { correlateAll, type Newcomer } from "./correlate.ts";
export { MappingCache, publishedMapping } from "./mapping-cache.ts";
export { draftMapping, publishMapping } from "./publication.ts";
export { type Cause, reconcile } from "./reconcile.ts";
export { inlineLimit, settleAccounts, settleConnection, settleEveryone, settleUsers } from "./settle.ts";
export { reconcileWorker, sweep, sweeper, workPending } from "./worker.ts";
