/**
 * Owns when a connection is read and by whom: runs asked for and scheduled, one at a time per connection across all
 * instances, their end and what follows from it. Does not own what is done with the answers (pull).
 */
export {
  Connectors,
  findConnector,
  type OutboundFor,
  openConnection,
  openWith,
  type PlainSettings,
  secretsOf,
  signInKinds,
} from "./connectors.ts";
export { fetchDescription } from "./describe.ts";
export { enqueueFollow, enqueueSync, followAfter } from "./job.ts";
export { pulse } from "./pulse.ts";
export { askForGroup, askForRun, askToReadAll, sweepRuns } from "./request.ts";
export { bringUpToDate } from "./roles.ts";
export { sameDirectory } from "./same-directory.ts";
export { syncConnection, syncWorker } from "./worker.ts";
