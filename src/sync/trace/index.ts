/**
 * One person, or one group, from the source to what follows, in five steps: read, scope, match, map, act. Owns the telling; reads
 * only, so that it can be asked in a transaction that cannot write. Does not own asking the source, nor keeping the answer
 * (pull).
 */

export {
  type GroupTraced,
  type TracedBranchGroup,
  type TracedCount,
  type TracedGroupPush,
  type TracedMember,
  traceBranch,
} from "./group.ts";
export type { TracedCandidate } from "./match.ts";
export { type Traced, type TracedGroup, traceAnswer } from "./trace.ts";
export type { TracedPush } from "./writes.ts";
