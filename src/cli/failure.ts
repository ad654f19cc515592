/** Why a command ends without its result. Every message is what the person at the keyboard reads. */
import { Data, Runtime } from "effect";

/** Something is missing on the command line or beside it. */
export class NotGiven extends Data.TaggedError("NotGiven")<{ readonly message: string }> {}

/** What the command names does not exist, or may not be seen. */
export class NotThere extends Data.TaggedError("NotThere")<{ readonly message: string }> {}

export const noOrganization = (slug: string) =>
  new NotThere({
    message: `There is no organization "${slug}", or it is not for you to see. "rolebridge organization list" shows those that are.`,
  });

/** Nothing answers at the server's address. `from` says where the address was found. */
export class Unreachable extends Data.TaggedError("Unreachable")<{
  readonly url: string;
  readonly from: string;
  readonly why: string;
}> {
  override get message(): string {
    return `The server at ${this.url} (from ${this.from}) ${this.why}. Is it running? Start it with "npm start", or name another with --url.`;
  }
}

/** The server does not know the token, or no longer. `from` says which one was sent, never its value. */
export class TokenRefused extends Data.TaggedError("TokenRefused")<{
  readonly url: string;
  readonly from: string;
}> {
  override get message(): string {
    return `The server at ${this.url} does not accept the operator token from ${this.from}: it is unknown there, has expired or was ended. Set ROLEBRIDGE_TOKEN to a valid one.`;
  }
}

/** The server says no, in its own sentences. */
export class Refused extends Data.TaggedError("Refused")<{
  readonly sentences: ReadonlyArray<string>;
  readonly requestId: string | undefined;
}> {
  override get message(): string {
    const request = this.requestId === undefined ? "" : `\n(request ${this.requestId})`;
    return `${this.sentences.join("\n")}${request}`;
  }
}

/** Something answers there, but not as Rolebridge does. */
export class NotRolebridge extends Data.TaggedError("NotRolebridge")<{
  readonly url: string;
  readonly from: string;
  readonly status: number;
}> {
  override get message(): string {
    return `What answers at ${this.url} (from ${this.from}) does not speak as this version of Rolebridge does: it gave status ${this.status}. Check the address, and that the server has the version of this command.`;
  }
}

/** A step of `try` did not lead where it should. */
export class StepFailed extends Data.TaggedError("StepFailed")<{ readonly message: string }> {}

/** The command ends with this code; whatever was to be said has been said. */
export class Ended extends Data.TaggedError("Ended")<{ readonly code: number }> {
  override readonly [Runtime.errorExitCode] = this.code;
  override readonly [Runtime.errorReported] = false;
}

/** Done, and something waits for a person. */
export const changesPending = new Ended({ code: 2 });

/** There was an answer, and it says that something failed. */
export const failedAfterAll = new Ended({ code: 1 });
