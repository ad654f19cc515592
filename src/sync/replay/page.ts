import { createHash } from "node:crypto";
import { Clock, Effect } from "effect";
import { type AccountId, InvalidValue, NotFound } from "../../domain/index.ts";
import {
  catalogueMark,
  findMapping,
  findMappingIn,
  historyHorizon,
  loadPast,
  loadPastConnections,
  pageOfAccounts,
  type TenantTx,
} from "../../store/index.ts";
import { compileVersion } from "../mapping-cache.ts";
import { type Deviation, replayAccount } from "./account.ts";
import { pastOf } from "./past.ts";

/** What to ask about. Times are milliseconds since 1970. */
export interface ReplayRequest {
  readonly from: number;
  /** `null`: now. */
  readonly to: number | null;
  /** `null`: the draft. */
  readonly version: number | null;
  /** How many accounts at once. */
  readonly limit: number;
  /** The account to go on behind. */
  readonly after: string | null;
}

export interface ReplayPage {
  readonly version: number;
  /** Equal marks: the same rules and roles. A draft may be replaced while somebody asks page by page. */
  readonly mark: string;
  readonly from: Date;
  readonly to: Date;
  /** Since when the facts are known in full; `null`: since the organization was made. */
  readonly completeSince: Date | null;
  readonly accounts: number;
  readonly total: number;
  readonly moments: number;
  readonly next: AccountId | null;
  readonly deviations: ReadonlyArray<Deviation>;
}

const candidateOf = Effect.fnUntraced(function* (tx: TenantTx, version: number | null) {
  const found = yield* version === null ? findMappingIn(tx, "draft") : findMapping(tx, version);
  if (found !== undefined) return found;
  return yield* new NotFound(
    version === null
      ? { kind: "draft", id: "of the mapping" }
      : { kind: "mapping version", id: String(version) },
  );
});

const windowOf = Effect.fnUntraced(function* (request: ReplayRequest) {
  const now = yield* Clock.currentTimeMillis;
  const window = { from: request.from, to: Math.min(request.to ?? now, now) };
  if (window.from < window.to) return window;
  return yield* new InvalidValue({ detail: "from: use a past time, and one before to." });
});

/**
 * What a mapping would have done over the past of some accounts, the next in the order of ids: so many at once as fit
 * one request. Nothing is changed.
 */
export const replayPage = Effect.fn("replayPage")(function* (tx: TenantTx, request: ReplayRequest) {
  const window = yield* windowOf(request);
  const candidate = yield* candidateOf(tx, request.version);
  const mapping = yield* compileVersion(tx, candidate.version);
  const { stamp } = yield* catalogueMark(tx);
  const { ids, total } = yield* pageOfAccounts(tx, request.limit, request.after);
  const connections = yield* loadPastConnections(tx);
  const past = yield* loadPast(tx, ids, window);
  const replayed = past.map((account) => replayAccount(pastOf(account, connections), mapping, window));
  const marked = JSON.stringify([candidate.document, stamp]);
  return {
    version: candidate.version,
    mark: createHash("sha256").update(marked).digest("base64url").slice(0, 16),
    from: new Date(window.from),
    to: new Date(window.to),
    completeSince: yield* historyHorizon(tx),
    accounts: ids.length,
    total,
    moments: replayed.reduce((sum, one) => sum + one.moments, 0),
    next: ids.length === request.limit ? (ids.at(-1) ?? null) : null,
    deviations: replayed.flatMap((one) => one.deviations),
  } satisfies ReplayPage as ReplayPage;
});
