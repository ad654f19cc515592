import { Effect } from "effect";
import type { AccountId, ConnectionId, EventId, JsonObject, Origin } from "../domain/index.ts";
import { noObjection, waiting } from "../mapping/index.ts";
import {
  addLinks,
  type Candidate,
  findCandidates,
  lockCorrelation,
  type NewException,
  type NewLink,
  newId,
  raiseExceptions,
  type Newcomer as StoredNewcomer,
  type TenantTx,
} from "../store/index.ts";

import { useInvitations } from "./invitations.ts";

/** A directory user that belongs to no account yet, and the event that brought it. */
export interface Newcomer extends StoredNewcomer {
  readonly cause: EventId;
}

/**
 * May the match link by itself? Only inside one directory, only by what the directory itself holds unique
 * (an email only where a login vouches for it and its domain is verified), and never to an account whose earlier user here was another
 * person: the next holder of a name inherits nothing.
 */
export const links = (candidate: Candidate): boolean => {
  const { sameDirectory, taken, via, emailProven, claimed, lost, lostSameExternalId } = candidate;
  if (claimed) return false;
  return sameDirectory && !taken && (via !== "email" || emailProven) && (!lost || lostSameExternalId);
};

/** The accounts that somebody may have, as an exception keeps them. */
export const detailOf = (candidates: ReadonlyArray<Candidate>): JsonObject => ({
  candidates: candidates.map(({ accountId, via, sameDirectory, taken, lost }) => ({
    account: accountId,
    via,
    sameDirectory,
    taken,
    lost,
  })),
});

const ambiguous = (
  { user, cause }: Newcomer,
  candidates: ReadonlyArray<Candidate>,
  origin: Origin,
): NewException => ({
  kind: "ambiguous-correlation",
  subject: { kind: "directory-user", id: user },
  origin,
  cause,
  detail: detailOf(candidates),
});

interface Joined {
  readonly link: NewLink;
  /** What a person must decide about, where the newcomer got an account of its own in spite of them. */
  readonly open: ReadonlyArray<Candidate>;
}

/** The account of each newcomer. */
export interface Correlated {
  readonly account: AccountId;
  /** What a person must decide about. */
  readonly open: ReadonlyArray<Candidate>;
}

/** Of two newcomers at once who match one account, the second finds it taken. */
const decide = (
  connection: ConnectionId,
  newcomers: ReadonlyArray<Newcomer>,
  found: ReadonlyArray<Candidate>,
): ReadonlyArray<Joined & { readonly newcomer: Newcomer }> => {
  const candidatesOf = Map.groupBy(found, ({ user }) => user);
  const joined = new Set<AccountId>();
  return newcomers.map((newcomer) => {
    const { user } = newcomer;
    const candidates = (candidatesOf.get(user) ?? []).map((candidate) =>
      joined.has(candidate.accountId) ? { ...candidate, taken: true } : candidate,
    );
    const [match, ...others] = candidates.filter(links);
    if (match === undefined || others.length > 0) {
      const link: NewLink = { user, account: newId<AccountId>(), connection, via: "new" };
      return { newcomer, link, open: candidates };
    }
    joined.add(match.accountId);
    return { newcomer, link: { user, account: match.accountId, connection, via: match.via }, open: [] };
  });
};

/**
 * Decides which account each new directory user belongs to, and links it: an existing one, or one of its own. Gives
 * the accounts in the order of the newcomers. Who was invited has the role when the account is looked at. As many statements for five hundred as for one.
 */
export const correlateEach = Effect.fn("correlateAll")(function* (
  tx: TenantTx,
  connection: ConnectionId,
  newcomers: ReadonlyArray<Newcomer>,
  origin: Origin,
) {
  if (newcomers.length === 0) return [];
  yield* lockCorrelation(tx, newcomers);
  const { candidates, invited, waiting: slug } = yield* findCandidates(tx, connection, newcomers);
  const joined = decide(connection, newcomers, candidates);
  yield* addLinks(
    tx,
    joined.map(({ link }) => link),
    slug === null ? noObjection : waiting([slug]),
    slug === null,
  );
  if (invited && slug === null) {
    const arriving = newcomers.map(({ user, keys, cause }) => ({ user, emailKey: keys.emailKey, cause }));
    yield* useInvitations(tx, arriving, origin);
  }
  const open = joined.filter((one) => one.open.length > 0);
  yield* raiseExceptions(
    tx,
    open.map((one) => ambiguous(one.newcomer, one.open, origin)),
  );
  return joined.map(({ link, open: maybe }): Correlated => ({ account: link.account, open: maybe }));
});

/** The same, where only the accounts are asked for. */
export const correlateAll = (...asked: Parameters<typeof correlateEach>) =>
  Effect.map(correlateEach(...asked), (found) => found.map(({ account }) => account));
