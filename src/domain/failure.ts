/**
 * What can go wrong, one tagged failure per fact. No transport in here: each protocol has one table
 * that renders these in its own form (`scim/error.ts`, `graphql/error.ts`, `health/problem.ts`).
 *
 * `detail` is one sentence for the client and says what to do; a `cause` goes to the log only.
 */
import { Data } from "effect";

/** The request's structure cannot be understood: not JSON, a wrong type, an unknown operation. */
export class InvalidSyntax extends Data.TaggedError("InvalidSyntax")<{ readonly detail: string }> {}

/** A filter that does not parse or does not fit the schema. `position` counts characters from 0. */
export class InvalidFilter extends Data.TaggedError("InvalidFilter")<{
  readonly detail: string;
  readonly position: number;
}> {}

/** A PATCH path that is malformed or names nothing in the schema. */
export class InvalidPath extends Data.TaggedError("InvalidPath")<{ readonly detail: string }> {}

/** A value that is missing, of the wrong type or not allowed for its attribute. */
export class InvalidValue extends Data.TaggedError("InvalidValue")<{ readonly detail: string }> {}

/** A PATCH path whose value filter selects nothing. */
export class NoTarget extends Data.TaggedError("NoTarget")<{ readonly detail: string }> {}

/** An attempt to change what may not be changed. */
export class NotMutable extends Data.TaggedError("NotMutable")<{ readonly detail: string }> {}

/** Another object already has the value that must be unique. */
export class NotUnique extends Data.TaggedError("NotUnique")<{ readonly detail: string }> {}

/** The thing named does not exist, or is not visible to whoever asks: the two look the same. */
export class NotFound extends Data.TaggedError("NotFound")<{
  readonly kind: string;
  readonly id: string;
  /** One sentence more: what to do about it, where there is something. */
  readonly hint?: string;
}> {}

/** No credential, or one that is unknown, expired, revoked or meant for another address. */
export class Unauthenticated extends Data.TaggedError("Unauthenticated")<{
  readonly detail: string;
  /** Was there a credential at all? */
  readonly presented?: boolean;
}> {}

/** Too many bad credentials from one address. `retryAfter` in seconds. */
export class Throttled extends Data.TaggedError("Throttled")<{ readonly retryAfter: number }> {}

/** A known caller without the permission. */
export class Forbidden extends Data.TaggedError("Forbidden")<{ readonly detail: string }> {}

/** A thing of which there may be no more. The detail says what makes room. */
export class TooMany extends Data.TaggedError("TooMany")<{ readonly detail: string }> {}

/** A body over its route's limit, in bytes. */
export class TooLarge extends Data.TaggedError("TooLarge")<{ readonly limit: number }> {}

/** A request that needs what is not offered here. */
export class NotSupported extends Data.TaggedError("NotSupported")<{ readonly detail: string }> {}

/** Trouble that passes: the database is away or busy. `retryAfter` in seconds. */
export class Unavailable extends Data.TaggedError("Unavailable")<{
  readonly retryAfter: number;
  readonly cause: unknown;
}> {}

export type Failure =
  | InvalidSyntax
  | InvalidFilter
  | InvalidPath
  | InvalidValue
  | NoTarget
  | NotMutable
  | NotUnique
  | NotFound
  | Unauthenticated
  | Throttled
  | Forbidden
  | TooMany
  | TooLarge
  | NotSupported
  | Unavailable;
