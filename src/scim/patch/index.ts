/**
 * Owns PATCH (RFC 7644 §3.5.2) as the RFC has it: reading, applying to a resource, and taking a group's member
 * changes out. Does not own vendors' departures (`dialect` rewrites them first), storage or HTTP.
 */
export { applyPatch } from "./apply.ts";
export { type MemberChange, type SplitOperations, splitMembers } from "./members.ts";
export type { Operation, PatchFailure, Target } from "./operation.ts";
export { maxOperations, parsePatch, patchUrn } from "./parse.ts";
