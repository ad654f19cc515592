import { Effect } from "effect";
import type { ConnectionId, DirectoryUserId } from "../domain/index.ts";
import { noObjection } from "../mapping/index.ts";
import {
  addLink,
  addLinkedAccount,
  type Candidate,
  type CorrelationKeys,
  findCandidates,
  lockCorrelation,
  raiseException,
  type TenantTx,
} from "../store/index.ts";
import type { Cause } from "./reconcile.ts";

/**
 * May the match link by itself? Only inside one directory, only by what the directory itself holds unique
 * (a mere email address needs a verified domain), and never to an account whose earlier user here was another
 * person: the next holder of a name inherits nothing.
 */
const links = ({ sameDirectory, taken, via, lost, lostSameExternalId }: Candidate): boolean =>
  sameDirectory && !taken && via !== "email" && (!lost || lostSameExternalId);

const reportAmbiguous = (
  tx: TenantTx,
  user: DirectoryUserId,
  candidates: ReadonlyArray<Candidate>,
  { event, origin }: Cause,
) =>
  raiseException(tx, {
    kind: "ambiguous-correlation",
    subject: { kind: "directory-user", id: user },
    origin,
    cause: event,
    detail: {
      candidates: candidates.map(({ accountId, via, sameDirectory, taken, lost }) => ({
        account: accountId,
        via,
        sameDirectory,
        taken,
        lost,
      })),
    },
  });

/** Decides which account a new directory user belongs to, and links it: an existing one, or one of its own. */
export const correlate = Effect.fn("correlate")(function* (
  tx: TenantTx,
  connection: ConnectionId,
  user: DirectoryUserId,
  keys: CorrelationKeys,
  cause: Cause,
) {
  yield* lockCorrelation(tx, keys);
  const candidates = yield* findCandidates(tx, connection, keys);
  const [match, ...others] = candidates.filter(links);
  if (match !== undefined && others.length === 0) {
    yield* addLink(tx, { user, account: match.accountId, connection, via: match.via });
    return match.accountId;
  }
  const account = yield* addLinkedAccount(tx, { user, connection }, noObjection);
  if (candidates.length > 0) yield* reportAmbiguous(tx, user, candidates, cause);
  return account;
});
