/** What can go wrong in SCIM alone, beside the failures every protocol shares. */
import { Data } from "effect";
import type { ConnectionId, Failure, OrganizationId, Origin } from "../domain/index.ts";
import type { Overloaded } from "../http/index.ts";

/** The resource is not, or no longer, in the version that the request is about (RFC 7644 §3.14). */
export class VersionMismatch extends Data.TaggedError("VersionMismatch")<{ readonly detail: string }> {}

/** A cursor that was not made here, or was made for another question (RFC 9865 §2.1). */
export class InvalidCursor extends Data.TaggedError("InvalidCursor")<{ readonly detail: string }> {}

/** A cursor of ours that was kept too long. */
export class ExpiredCursor extends Data.TaggedError("ExpiredCursor")<{ readonly detail: string }> {}

/** A `count` that is no number, where pages go by cursor. */
export class InvalidCount extends Data.TaggedError("InvalidCount")<{ readonly detail: string }> {}

/** More operations in one bulk request than announced (RFC 7644 §3.7.4). */
export class TooManyOperations extends Data.TaggedError("TooManyOperations")<{ readonly detail: string }> {}

/** A reference by bulkId to what was not created (RFC 7644 §3.7.1, §3.7.2). */
export class Unresolved extends Data.TaggedError("Unresolved")<{ readonly detail: string }> {}

/** A defect of ours in one operation of a bulk request; the others go on. */
export class Broken extends Data.TaggedError("Broken")<{ readonly detail: string }> {}

/** What is kept of a refused user, after all of the request was rolled back. */
export interface Refusal {
  readonly organization: OrganizationId;
  readonly connection: ConnectionId;
  readonly origin: Origin;
  readonly domain: string;
  /** An id for whoever was refused, the same for the same name. */
  readonly person: string;
}

/** A user with an address outside the organization's domains, where only those are let in. */
export class OutsideDomain extends Data.TaggedError("OutsideDomain")<{
  readonly detail: string;
  readonly refusal: Refusal;
}> {}

export type ScimFailure =
  | OutsideDomain
  | Broken
  | Failure
  | Overloaded
  | VersionMismatch
  | InvalidCursor
  | ExpiredCursor
  | InvalidCount
  | TooManyOperations
  | Unresolved;
