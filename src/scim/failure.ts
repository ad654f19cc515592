/** What can go wrong in SCIM alone, beside the failures every protocol shares. */
import { Data } from "effect";
import type { Failure } from "../domain/index.ts";

/** The resource is not, or no longer, in the version that the request is about (RFC 7644 §3.14). */
export class VersionMismatch extends Data.TaggedError("VersionMismatch")<{ readonly detail: string }> {}

export type ScimFailure = Failure | VersionMismatch;
