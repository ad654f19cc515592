/** The transactions about one account: its marks before the calls, what came of the calls after them. */
import { Effect } from "effect";
import type { Change, Target } from "../../../connectors/connector.ts";
import type {
  AccountId,
  ConnectionId,
  EventId,
  JsonObject,
  OrganizationId,
  Origin,
} from "../../domain/index.ts";
import {
  addPending,
  type CopyWrite,
  dropCopy,
  dropPushPending,
  forgetRemote,
  holdIntents,
  holdPush,
  type IntentMove,
  lockPeople,
  moveIntents,
  type NewException,
  type NewIntent,
  newId,
  openIntents,
  putPushed,
  raiseExceptions,
  readersOf,
  recordEvent,
  resolvePushExceptions,
  Store,
  type TenantTx,
  type WaitingRow,
  writeCopy,
} from "../../store/index.ts";
import { type AccountTrouble, PushLost, type PushStopped } from "./trouble.ts";
import type { Case, Rules } from "./want/index.ts";

/** A connection that is being written: by whom, where, and how. */
export interface Work {
  readonly organization: OrganizationId;
  readonly connection: ConnectionId;
  readonly holder: string;
  readonly identity: string;
  readonly settings: Rules;
  /** Do we keep a copy of that directory? */
  readonly isRead: boolean;
}

/** A connection at work, and the system it writes to. */
export interface Writing extends Work {
  readonly target: Target;
  /** Deletions that are under way: not yet among those that can be counted. */
  readonly removing: Set<string>;
}

const originOf = ({ connection }: Work): Origin => ({
  actor: { kind: "system", id: null },
  connection,
  request: null,
});

/** Only by whoever holds the connection, and only while what is to be written under is still ours. */
export const announce = Effect.fn("push.announce")(function* (
  work: Work,
  marks: {
    readonly opens: ReadonlyArray<Omit<NewIntent, "cause">>;
    readonly moves: ReadonlyArray<IntentMove>;
    readonly needs: ReadonlyArray<string>;
    readonly cause: EventId;
  },
) {
  const store = yield* Store;
  yield* store.tenant(
    work.organization,
    Effect.fnUntraced(function* (tx) {
      if (!(yield* holdPush(tx, work.connection, work.holder))) return yield* new PushLost();
      const held = yield* holdIntents(tx, marks.needs);
      if (held.length < marks.needs.length) return yield* new PushLost();
      const opens = marks.opens.map((one) => ({ ...one, cause: marks.cause }));
      yield* openIntents(tx, work.connection, work.identity, opens);
      yield* moveIntents(tx, marks.moves);
    }),
  );
});

/**
 * Whom we knew is gone there: somebody else may be the account from now on. That one whom we made is gone says nothing
 * about the account, so no reading needs to miss them.
 */
export const forgetGone = Effect.fn("push.forgetGone")(function* (
  work: Work,
  one: Case,
  sourceId: string,
  isOurs: boolean,
) {
  const store = yield* Store;
  yield* store.tenant(
    work.organization,
    Effect.fnUntraced(function* (tx) {
      yield* forgetRemote(tx, work.connection, one.standing.account);
      if (!isOurs) return;
      for (const reader of yield* readersOf(tx, work.identity)) {
        yield* lockPeople(tx, reader);
        yield* dropCopy(tx, reader, sourceId);
      }
    }),
  );
});

/** All that is to be kept of one look at an account. */
export interface Outcome {
  readonly moves: ReadonlyArray<IntentMove>;
  /** What was changed there. */
  readonly changes: ReadonlyArray<Change>;
  /** What somebody else had undone. */
  readonly drifted: ReadonlyArray<string>;
  readonly copy: Omit<CopyWrite, "account" | "connection" | "cause"> | null;
  /** The id of somebody whom we deleted. */
  readonly removed: string | null;
  /** Whom the account is there. */
  readonly remoteId: string | null;
  readonly trouble: AccountTrouble | null;
  /** Is there something there that was not known and is not ours? */
  readonly isNews: boolean;
}

/** Ids and kinds only. */
const told = (change: Change): JsonObject => {
  if (change._tag === "Join" || change._tag === "Leave")
    return { change: change._tag, group: change.group.id, kind: change.group.kind };
  const fields = "person" in change ? Object.keys(change.person).toSorted() : [];
  return fields.length === 0 ? { change: change._tag } : { change: change._tag, fields };
};

const exceptionOf = (
  work: Work,
  account: AccountId,
  cause: EventId,
  { kind, reason, detail }: AccountTrouble,
): ReadonlyArray<NewException> =>
  kind === null
    ? []
    : [
        {
          kind,
          subject:
            kind === "push-held"
              ? { kind: "connection", id: work.connection }
              : { kind: "account", id: account },
          origin: originOf(work),
          cause,
          detail: { connection: work.connection, account, reason, detail },
        },
      ];

const eventOf = (work: Work, one: Case, outcome: Outcome, cause: EventId) => ({
  id: newId<EventId>(),
  type: outcome.trouble !== null && outcome.trouble.kind !== null ? "push.refused" : "push.applied",
  origin: originOf(work),
  subject: { kind: "account", id: one.standing.account },
  cause,
  data: {
    changes: outcome.changes.map(told),
    ...(outcome.drifted.length === 0 ? {} : { drifted: [...outcome.drifted] }),
    ...(outcome.trouble === null ? {} : { reason: outcome.trouble.reason }),
  },
});

/** In every copy of that directory: what we took back would count as the source's own where it still stood in one. */
const keepCopy = Effect.fnUntraced(function* (
  tx: TenantTx,
  { connection, identity }: Work,
  account: AccountId,
  { copy, removed }: Outcome,
  cause: EventId,
) {
  if (removed === null && copy === null) return;
  for (const reader of yield* readersOf(tx, identity)) {
    yield* lockPeople(tx, reader);
    if (removed !== null) yield* dropCopy(tx, reader, removed);
    else if (copy !== null) {
      // Whom another connection has not read yet may be none of those that it reads.
      const isOurs = copy.isOurs && reader === connection;
      yield* writeCopy(tx, { ...copy, isOurs, account, connection: reader, cause });
    }
  }
});

/** Keeps what came of the calls, whoever holds the connection by now: it is so there. */
const record = Effect.fn("push.record")(function* (
  work: Work,
  one: Case,
  waiting: WaitingRow,
  outcome: Outcome,
) {
  const store = yield* Store;
  const { account } = one.standing;
  const { moves, changes, trouble, remoteId } = outcome;
  yield* store.tenant(
    work.organization,
    Effect.fnUntraced(function* (tx) {
      const event = eventOf(work, one, outcome, waiting.cause);
      const isTold = changes.length > 0 || outcome.drifted.length > 0 || (trouble?.kind ?? null) !== null;
      if (isTold) yield* recordEvent(tx, event);
      const cause = isTold ? event.id : waiting.cause;
      yield* keepCopy(tx, work, account, outcome, cause);
      yield* moveIntents(tx, moves);
      if (outcome.removed !== null) yield* forgetRemote(tx, work.connection, account);
      const digest = trouble === null ? one.digest : null;
      yield* putPushed(tx, work.connection, [{ account, remoteId, digest, trouble }]);
      if (trouble !== null) yield* raiseExceptions(tx, exceptionOf(work, account, cause, trouble));
      else if (one.standing.pushed?.reason != null)
        yield* resolvePushExceptions(tx, work.connection, [account]);
      if (trouble === null || trouble.retrySeconds === null)
        yield* dropPushPending(tx, work.connection, [waiting]);
      if (outcome.isNews || moves.some(({ state }) => state === "released")) {
        yield* addPending(tx, [{ id: account, cause }], { loses: false });
        yield* tx.enqueue("reconcile", { organization: tx.organization });
      }
    }),
  );
}, Effect.uninterruptible);

/** Keeps it, and gives what kept the account from being as wanted. Where the whole connection stops, that ends the round. */
export const conclude = Effect.fnUntraced(function* (
  work: Work,
  one: Case,
  waiting: WaitingRow,
  outcome: Outcome,
  stop: PushStopped | null = null,
) {
  yield* record(work, one, waiting, outcome);
  if (stop !== null) return yield* stop;
  return outcome.trouble;
});
