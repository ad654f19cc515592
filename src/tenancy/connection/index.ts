/**
 * Owns what operators do with connections: add, test, change, schedule, read now, how their reading is going, and the
 * SCIM schemas that an organization's connections share, recordings. Does not own what a connection is for and how its system is reached (connectors), or what a run does (sync).
 */
export { addConnection } from "./add.ts";
export { updateConnectionSettings } from "./change.ts";
export {
  type ConnectionView,
  declareSameDirectory,
  lockedConnection,
  markConnection,
  namedConnection,
  setConnectionEnabled,
  setLifecycleAuthority,
  viewConnection,
  viewConnections,
} from "./connections.ts";
export { setFollowing } from "./follow.ts";
export { type SyncState, syncStates } from "./health.ts";
export { approveMetadata, compareMetadata, type MetadataDifference } from "./metadata/index.ts";
export { peopleCalled } from "./people.ts";
export { withPatience } from "./probe.ts";
export { type RecordingRow, startRecording, takeRecording, visibleRecordings } from "./record.ts";
export { removeScimSchema, setScimSchema, visibleScimSchemas } from "./schemas.ts";
export { isStrict, setConnectionStrict } from "./strict.ts";
export { setSchedule, startSync } from "./sync.ts";
export { connectorFor, failed, type Tested, testConnection, unreadable, visibleConnectors } from "./test.ts";
export { type RunView, type SyncView, viewRun, viewRuns, viewSyncs } from "./view.ts";
