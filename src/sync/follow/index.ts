/**
 * Owns keeping up with sources between their whole runs: who follows a connection, looks for what changed, and how that
 * goes. Does not own what is done with the answers (pull), nor when everything is read (runs).
 */
export { followConnection } from "./follower.ts";
export { Pace, type Paces } from "./pace.ts";
export { followWorker } from "./worker.ts";
