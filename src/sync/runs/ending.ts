/** How a run ends: what it was, in words, and what follows for its connection. */
import { Cause, Exit, Option } from "effect";
import { ConnectorFailure } from "../../../connectors/connector.ts";
import type { RunState } from "../../domain/index.ts";
import { SecretUnreadable, type Trouble } from "../../store/index.ts";
import { RunStopped } from "../pull/index.ts";

export interface Ended {
  readonly state: RunState;
  readonly trouble: Trouble | null;
}

const firstWait = 30;
const longestWait = 3_600;

/** Twice as long after each failure, never shorter than asked for, and an hour at most. */
export const waitAfter = (failures: number, asked = 0): number =>
  Math.min(Math.max(firstWait * 2 ** Math.min(failures, 10), asked), longestWait);

/**
 * Passing trouble only delays. A list that changed under the reader is passing trouble too, unless it happens each
 * time. Anything else means that what the source says is not what it has: then nothing is believed for the time being.
 */
const isQuarantine = ({ reason, retryable }: ConnectorFailure, failures: number): boolean =>
  !retryable && (reason !== "conflict" || failures >= 2);

const troubleOf = (failure: unknown, failures: number): Trouble | null => {
  if (failure instanceof ConnectorFailure) {
    const { reason, detail, retryAfter } = failure;
    const quarantine = isQuarantine(failure, failures);
    return { reason, detail, quarantine, retrySeconds: waitAfter(failures, retryAfter) };
  }
  if (failure instanceof SecretUnreadable) {
    const detail = `The master key of this server does not open ${failure.what}. Set the credential again.`;
    return { reason: "unauthorized", detail, quarantine: true, retrySeconds: longestWait };
  }
  return null;
};

const ofDefect = (failures: number): Trouble => ({
  reason: "internal",
  detail: "Something went wrong in Rolebridge itself. The log has the cause under this run's id.",
  quarantine: false,
  retrySeconds: waitAfter(failures),
});

/** `waiting`: it was interrupted, by this server's end or the database's absence, and is to be begun again. */
export const endingOf = (exit: Exit.Exit<unknown, unknown>, failures: number): Ended | null => {
  if (Exit.isSuccess(exit)) return { state: "done", trouble: null };
  const failure = Option.getOrUndefined(Cause.findErrorOption(exit.cause));
  if (failure instanceof RunStopped) {
    return failure.why === "superseded" ? null : { state: "cancelled", trouble: null };
  }
  const trouble = troubleOf(failure, failures);
  if (trouble !== null) return { state: "failed", trouble };
  if (failure !== undefined || Cause.hasInterruptsOnly(exit.cause))
    return { state: "waiting", trouble: null };
  return { state: "failed", trouble: ofDefect(failures) };
};
