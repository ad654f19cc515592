/** The checks a reply passed so far, and the one that it did not pass. */
import { Effect, Result } from "effect";
import { type Check, LoginRefused } from "../connector.ts";

export interface Trace {
  readonly checks: ReadonlyArray<Check>;
  /** Passed where there is none. */
  readonly complaint: (name: string, complaint: string | undefined) => Effect.Effect<void, LoginRefused>;
  readonly result: <A>(
    name: string,
    result: Result.Result<A, string>,
    detail?: string | null,
  ) => Effect.Effect<A, LoginRefused>;
}

export const newTrace = (): Trace => {
  const checks: Array<Check> = [];
  const result: Trace["result"] = (name, found, detail = null) => {
    const isGood = Result.isSuccess(found);
    checks.push({ name, passed: isGood, detail: isGood ? detail : found.failure });
    return isGood ? Effect.succeed(found.success) : Effect.fail(new LoginRefused({ checks: [...checks] }));
  };
  return {
    checks,
    result,
    complaint: (name, complaint) =>
      result(name, complaint === undefined ? Result.succeed(undefined) : Result.fail(complaint)),
  };
};
