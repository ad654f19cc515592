/**
 * Owns what operators ask of a system that is read, now: what a connection sees and lacks, and one person or
 * group from the source to their roles. Changes nothing. Does not own how the answer is kept (sync).
 */
export { type Diagnosis, diagnoseConnection } from "./doctor.ts";
export { type GroupTraceView, traceGroup } from "./group.ts";
export { type Coverage, coverages, type LedgerEntry } from "./ledger.ts";
export { type TraceView, tracePerson } from "./trace.ts";
