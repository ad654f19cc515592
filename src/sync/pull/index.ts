/**
 * Owns how a source's answers become our directory: batches, comparison, suspicion, removal by proof. Does not own
 * when that happens and who does it (runs), nor what follows for roles (reconcile).
 */
export { storedBelow, takeGroup } from "./branch.ts";
export { askChanges, type Changes, namedIn, takeNamed } from "./hints.ts";
export { shownWhy } from "./meanwhile.ts";
export { takePerson } from "./person.ts";
export { makeProgress, type Progress } from "./progress.ts";
export { originOfRun, type Pull, RunStopped, toldOf } from "./pull.ts";
export { takeSnapshot } from "./snapshot.ts";
export { isSoundId, soundGroups, soundUsers } from "./sound.ts";
