/**
 * Owns bulk requests (RFC 7644 §3.7): reading them, the order that their references ask for, what each operation is
 * answered. Does not own the operations themselves, nor transactions: `runBulk` is given a way to perform one.
 */
export { type BulkStep, type Outcome, readBulk, runBulk } from "./run.ts";
