/** What did not work: whose trouble it is, the account's or the connection's, and when it is tried again. */
import { Data, Effect } from "effect";
import type { ConnectorFailure } from "../../../connectors/connector.ts";

/** The connection cannot be written for the time being, whoever it is about. */
export class PushStopped extends Data.TaggedError("PushStopped")<{
  readonly reason: string;
  readonly detail: string;
  /** Seconds to wait at least. */
  readonly retryAfter: number;
}> {}

/** Another holder took over, or it is no longer to be written. What was begun is found again by its marks. */
export class PushLost extends Data.TaggedError("PushLost") {}

/** One account could not be written as wanted. */
export interface AccountTrouble {
  readonly kind: "push-conflict" | "push-refused" | "push-held" | null;
  readonly reason: string;
  readonly detail: string;
  /** Null: only when something changes or somebody asks. */
  readonly retrySeconds: number | null;
}

const longest = 3_600;

/** Twice as long after each failure, a little apart from others, never shorter than asked for. */
export const backOff = (failures: number, asked = 0, first = 2): number => {
  const wait = first * 2 ** Math.min(failures, 12);
  return Math.min(Math.max(wait * (0.75 + Math.random() / 2), asked), longest);
};

/** Is it about the whole connection? Only then nobody else is tried. */
export const stopOf = ({ reason, detail, retryAfter = 0 }: ConnectorFailure): PushStopped | null =>
  reason === "throttled" || reason === "unauthorized" || reason === "forbidden"
    ? new PushStopped({ reason, detail, retryAfter })
    : null;

export const troubleOf = (
  { reason, detail, retryable, retryAfter = 0 }: ConnectorFailure,
  failures: number,
): AccountTrouble => {
  if (retryable || reason === "malformed")
    return { kind: null, reason, detail, retrySeconds: backOff(failures, retryAfter) };
  return {
    kind: reason === "conflict" ? "push-conflict" : "push-refused",
    reason,
    detail,
    retrySeconds: null,
  };
};

/** The whole connection stopped in the middle of this account: it waits on, and is looked at when that is over. */
export const interrupted = ({ reason, detail }: PushStopped): AccountTrouble => ({
  kind: null,
  reason,
  detail,
  retrySeconds: 0,
});

/** A person must say who is who. */
export const conflict = (detail: string): AccountTrouble => ({
  kind: "push-conflict",
  reason: "conflict",
  detail,
  retrySeconds: null,
});

export const isTaken =
  "Somebody whom Rolebridge did not make has this userName or email there. Merge the two accounts, or rename one of them; then have it tried again.";
export const isNameless =
  "No source tells a userName for this account (where the system takes the email for it: an email), so nobody can be created for it.";

/** A person must change something. */
export const refused = (detail: string): AccountTrouble => ({
  kind: "push-refused",
  reason: "refused",
  detail,
  retrySeconds: null,
});

/** The trouble of one account, or the end of the whole round. */
export const failed = (failures: number, failure: ConnectorFailure) =>
  Effect.gen(function* () {
    const stop = stopOf(failure);
    if (stop !== null) return yield* stop;
    return troubleOf(failure, failures);
  });
