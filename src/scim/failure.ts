/** What can go wrong in SCIM alone, beside the failures every protocol shares. */
import { Data } from "effect";
import type { Failure } from "../domain/index.ts";

/** The resource is not, or no longer, in the version that the request is about (RFC 7644 §3.14). */
export class VersionMismatch extends Data.TaggedError("VersionMismatch")<{ readonly detail: string }> {}

/** A cursor that was not made here, or was made for another question (RFC 9865 §2.1). */
export class InvalidCursor extends Data.TaggedError("InvalidCursor")<{ readonly detail: string }> {}

/** A cursor of ours that was kept too long. */
export class ExpiredCursor extends Data.TaggedError("ExpiredCursor")<{ readonly detail: string }> {}

/** A `count` that is no number, where pages go by cursor. */
export class InvalidCount extends Data.TaggedError("InvalidCount")<{ readonly detail: string }> {}

export type ScimFailure = Failure | VersionMismatch | InvalidCursor | ExpiredCursor | InvalidCount;
