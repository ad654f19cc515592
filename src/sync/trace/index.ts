/**
 * One person from their source to what follows, in five steps: read, scope, match, map, act. Owns the telling; reads
 * only, so that it can be asked in a transaction that cannot write. Does not own asking the source, nor keeping the answer
 * (pull).
 */

export type { TracedCandidate } from "./match.ts";
export { type Traced, type TracedGroup, type TracedPush, traceAnswer } from "./trace.ts";
