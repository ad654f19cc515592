/** Which account a directory user belongs to, or would: as correlation decides it, without deciding it. */
import { Effect } from "effect";
import type { AccountId, DirectoryUserId } from "../../domain/index.ts";
import {
  accountOfUser,
  type ConnectionRow,
  findCandidates,
  type TenantTx,
  type UserState,
} from "../../store/index.ts";
import { links } from "../correlate.ts";

export interface TracedCandidate {
  readonly account: AccountId;
  readonly via: string;
  readonly links: boolean;
  /** Why it does not link by itself; null where it does. */
  readonly why: string | null;
}

export interface Matched {
  /** Null: a new one would be made. */
  readonly account: AccountId | null;
  readonly sentence: string;
  readonly candidates: ReadonlyArray<TracedCandidate>;
}

type Candidate = Parameters<typeof links>[0];

const whyNot = ({ sameDirectory, taken, via, lost, lostSameExternalId }: Candidate): string => {
  if (!sameDirectory) return "its connection is not declared the same directory";
  if (taken) return "it has somebody of this connection already";
  if (via === "email") return "an email alone does not link";
  return lost && !lostSameExternalId ? "it lost another person here before" : "";
};

const traced = (candidate: Candidate & { readonly accountId: AccountId }): TracedCandidate => ({
  account: candidate.accountId,
  via: candidate.via,
  links: links(candidate),
  why: links(candidate) ? null : whyNot(candidate),
});

const decided = (candidates: ReadonlyArray<TracedCandidate>): Matched => {
  const [match, ...others] = candidates.filter((one) => one.links);
  if (match !== undefined && others.length === 0) {
    const sentence = `Whoever has this is that account, by ${match.via}: it would be linked.`;
    return { account: match.account, sentence, candidates };
  }
  const sentence =
    candidates.length === 0
      ? "Nobody here has the same externalId, userName or email: a new account would be made."
      : "A new account would be made, and an exception would tell a person to look at those who are alike.";
  return { account: null, sentence, candidates };
};

/** `user`: our id, where we know them. */
export const matchOf = Effect.fn("trace.match")(function* (
  tx: TenantTx,
  { id }: ConnectionRow,
  user: DirectoryUserId | undefined,
  state: UserState,
  placeholder: DirectoryUserId,
) {
  const link = user === undefined ? undefined : yield* accountOfUser(tx, user);
  if (link !== undefined) {
    const sentence = `Linked to this account, by ${link.via}: that stays, whatever their names become.`;
    return { account: link.account, sentence, candidates: [] } satisfies Matched as Matched;
  }
  const { candidates } = yield* findCandidates(tx, id, [{ user: placeholder, keys: state }]);
  return decided(candidates.map(traced));
});
