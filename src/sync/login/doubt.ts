/** Who may not come in by a reply that was good, and what is put before a person about them. */
import { createHash } from "node:crypto";
import { Data, Effect } from "effect";
import type { Verified } from "../../../connectors/connector.ts";
import { type ConnectionId, type EventId, fold, type Origin } from "../../domain/index.ts";
import { type Candidate, decidedAbout, raiseExceptions, type TenantTx } from "../../store/index.ts";
import { detailOf } from "../correlate.ts";

/** Accounts of which one may be the person's, and who it is that came. */
export interface Doubt {
  readonly candidates: ReadonlyArray<Candidate>;
  /** Tells this subject of this connection from others, and names nobody. */
  readonly who: string;
}

/** The reply was good, and the person may not come in by it. `check`: a stable name of why. */
export class NotWelcome extends Data.TaggedError("NotWelcome")<{
  readonly check: "person" | "known" | "active" | "connection";
  readonly detail: string;
  /** For somebody to decide, though nothing else of this is kept. */
  readonly maybe?: Doubt;
}> {}

interface Came {
  readonly connection: ConnectionId;
  readonly verified: Verified;
}

const doubt = (
  tx: TenantTx,
  { connection, verified }: Came,
  candidates: ReadonlyArray<Candidate>,
): Doubt => ({
  candidates,
  who: createHash("sha256")
    .update(JSON.stringify([tx.organization, connection, verified.user.id]))
    .digest("base64url"),
});

export const nobodyNew = (tx: TenantTx, came: Came, candidates: ReadonlyArray<Candidate> = []) =>
  new NotWelcome({
    check: "known",
    detail: "Nobody is known by this subject, and this connection brings in nobody new.",
    maybe: doubt(tx, came, candidates),
  });

const doubtful = (maybe: Doubt) =>
  new NotWelcome({
    check: "active",
    detail:
      "An account that is not active may be this person's. Resolve the exception about it: then they come in with an account of their own.",
    maybe,
  });

/** Fails where an account that is not active may be this person's, and nobody has decided yet that they may come in. */
export const mustNotBeInactive = Effect.fnUntraced(function* (
  tx: TenantTx,
  came: Came,
  candidates: ReadonlyArray<Candidate>,
) {
  const inactive = candidates.filter(({ active }) => !active);
  if (inactive.length === 0) return;
  const { who } = doubt(tx, came, []);
  const ids = inactive.map(({ accountId }) => accountId);
  const decided = yield* decidedAbout(tx, came.connection, ids, who);
  const open = inactive.filter(({ accountId }) => !decided.has(accountId));
  // The one that is to be decided about first.
  if (open.length > 0) return yield* doubtful({ candidates: [...new Set([...open, ...candidates])], who });
});

/**
 * Puts before a person, after all of the login was rolled back, whose account the one who was refused may have. About the
 * account, so that however often they try it is there once.
 */
export const askWhoseLogin = Effect.fn("askWhoseLogin")(function* (
  tx: TenantTx,
  { candidates, who }: Doubt,
  origin: Origin,
  cause: EventId,
) {
  const [first] = candidates;
  if (first === undefined) return;
  const subject = { kind: "account", id: first.accountId };
  const detail = { ...detailOf(candidates), who };
  yield* raiseExceptions(tx, [{ kind: "ambiguous-correlation", subject, origin, cause, detail }]);
});

/** What they call themselves, whether or not anybody vouches for it. Other logins' own keys are no names. */
export const claimsOf = ({ user: { resource }, unproven }: Verified, emailKey: string | null) => {
  const { userName } = resource;
  const said = [typeof userName === "string" ? userName : "", emailKey ?? "", unproven ?? ""].map(fold);
  return [...new Set(said)].filter((one) => one !== "" && !one.startsWith("login:"));
};
