/**
 * Owns the way from changed facts to changed assignments: correlation, reconciling, the jobs that do it for
 * many, and reading connections: runs, and how their answers become our directory. Does not own what a role should be
 * (mapping), what clients push (scim) or how a vendor is asked (connectors).
 */
export { correlateAll, type Newcomer } from "./correlate.ts";
export { followConnection, followWorker, Pace } from "./follow/index.ts";
export { approveHold } from "./guard/index.ts";
export { useInvitations } from "./invitations.ts";
export { groupNamesIn, knownFor, lintDocument, surroundingsOf, UserAttributes } from "./lint/index.ts";
export { type Arrived, askWhoseLogin, endPeople, NotWelcome, takeLogin } from "./login/index.ts";
export { MappingCache, mappingOfVersion, publishedMapping } from "./mapping-cache.ts";
export type { Cause } from "./outcome.ts";
export { type Candidate, keepingOwnership, ownershipOf, requireOwnership } from "./ownership/index.ts";
export * from "./plan/index.ts";
export { type Drift, prover, rollOn, type Verified, verifyEveryone } from "./proof/index.ts";
export { draftLinted, draftMapping, publishMapping } from "./publication.ts";
export {
  type PlannedChange,
  type PlannedTrouble,
  type PushPreview,
  performPush,
  previewPush,
  pushWorker,
  releaseIntent,
  requireFewTaken,
  retryPush,
  setPush,
  takesAway,
} from "./push/index.ts";
export { reconcile } from "./reconcile.ts";
export {
  type Deviation,
  factsAt,
  pastOf,
  type ReplayPage,
  type ReplayRequest,
  replayPage,
} from "./replay/index.ts";
export {
  askForGroup,
  askForRun,
  Connectors,
  enqueueFollow,
  enqueueSync,
  fetchDescription,
  findConnector,
  type OutboundFor,
  openConnection,
  openWith,
  type PlainSettings,
  secretsOf,
  signInKinds,
  syncConnection,
  syncWorker,
} from "./runs/index.ts";
export { inlineLimit, settleAccounts, settleConnection, settleEveryone, settleUsers } from "./settle.ts";
export { HistoryDays, sweep, sweeper } from "./sweep.ts";
export {
  type GroupTraced,
  type Traced,
  type TracedBranchGroup,
  type TracedCandidate,
  type TracedCount,
  type TracedGroup,
  type TracedGroupPush,
  type TracedMember,
  type TracedPush,
  traceAnswer,
  traceBranch,
} from "./trace/index.ts";
export { reconcileWorker, workPending } from "./worker.ts";
