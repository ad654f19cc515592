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
} from "./connectors.ts";
export { enqueueSync } from "./job.ts";
export { askForRun, sweepRuns } from "./request.ts";
export { syncConnection, syncWorker } from "./worker.ts";
