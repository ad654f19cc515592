/**
 * Owns who may reach what: the gate every operator goes through, organizations and how they come to be,
 * operators, tokens, the master key, and what operators change by command. Does not own what is in an
 * organization's directory, what a mapping means, or how any of it is shown.
 */
export { atSystem, inOrganization, type Target } from "./access.ts";
export { bootstrap, type QuickStart } from "./bootstrap.ts";
export { authenticateOperator, type Caller } from "./caller.ts";
export {
  addConnection,
  approveMetadata,
  type ConnectionView,
  compareMetadata,
  declareSameDirectory,
  isStrict,
  type MetadataDifference,
  markConnection,
  namedConnection,
  type RecordingRow,
  type RunView,
  removeScimSchema,
  type SyncState,
  type SyncView,
  setConnectionEnabled,
  setConnectionStrict,
  setFollowing,
  setLifecycleAuthority,
  setSchedule,
  setScimSchema,
  startRecording,
  startSync,
  syncStates,
  type Tested,
  takeRecording,
  testConnection,
  updateConnectionSettings,
  viewConnections,
  viewRun,
  viewRuns,
  viewSyncs,
  visibleConnectors,
  visibleRecordings,
  visibleScimSchemas,
} from "./connection/index.ts";
export * from "./credential/index.ts";
export {
  type ExceptionView,
  retryException,
  retryExceptions,
  viewException,
  viewExceptions,
} from "./exceptions.ts";
export { approveHeldPlan, type GuardView, setGuard, viewGuards } from "./guard.ts";
export { countOf, idOf } from "./input.ts";
export * from "./live/index.ts";
export * from "./login/index.ts";
export { draftMapping, publishMapping, resolveException, rollbackMapping } from "./mapping.ts";
export { BadMasterKey, loadMasterKey, openMasterKey } from "./master-key.ts";
export {
  createOperator,
  disableOperator,
  ownOperator,
  visibleOperators,
  visibleSystemEvents,
} from "./operators.ts";
export {
  addOrganization,
  isAddressName,
  visibleOrganization,
  visibleOrganizations,
} from "./organizations.ts";
export * from "./people/index.ts";
export * from "./plan/index.ts";
export { verifyRoles, viewProof } from "./proof.ts";
export * from "./push/index.ts";
export * from "./role/index.ts";
export * from "./scim/index.ts";
export {
  bearerOf,
  clientIdOf,
  hashOf,
  mintToken,
  noOrganization,
  type ParsedClientId,
  type ParsedToken,
  parseClientId,
  parseEnvironmentToken,
  parseSecret,
  parseToken,
  sameHash,
} from "./token.ts";
