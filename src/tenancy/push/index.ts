/**
 * Owns what operators do about writing into outside systems: set it, look at it, have it tried again, hand something
 * back. Does not own what is written and how (sync/push), nor what is wrong with owning it (mapping/ownership).
 */
export { releaseWrittenFact, retryPush } from "./again.ts";
export { setPush, type WantedPush } from "./set.ts";
export { type PushState, pushStateOf, pushStates } from "./state.ts";
export {
  type PlannedPush,
  type PushTroubleView,
  type PushView,
  planPush,
  viewPushes,
  viewPushTroubles,
  viewWritten,
  type WrittenView,
} from "./view.ts";
