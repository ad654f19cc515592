/** Works all that waits for one connection: by one holder at a time, several people at a time. */
import { Effect, Option, Schedule, Stream } from "effect";
import { ConnectorFailure } from "../../../connectors/connector.ts";
import type { AccountId, ConnectionId, OrganizationId } from "../../domain/index.ts";
import {
  addBegunPushPending,
  claimPush,
  dropPushed,
  dropPushPending,
  findConnectionById,
  findSyncState,
  listPushPending,
  listWaitingPushes,
  moveIntents,
  newId,
  nextPushPending,
  noteIdentity,
  noteNaming,
  notePush,
  type PushRow,
  type PushTrouble,
  putPushed,
  releasePush,
  resolvePushExceptions,
  SecretUnreadable,
  Store,
  type TenantTx,
  type WaitingRow,
} from "../../store/index.ts";
import { enqueuePush, lookAgain } from "../push-later.ts";
import { openConnection } from "../runs/index.ts";
import { workAccount } from "./account.ts";
import { loadCases } from "./cases.ts";
import type { Writing } from "./record.ts";
import { backOff, PushLost, PushStopped } from "./trouble.ts";
import { type Case, isIdle } from "./want/index.ts";

/** People at a time; the connector holds its own limit below this. */
const atOnce = 16;
const page = 200;
/** So many in a row who cannot be reached for passing reasons: then it is the system, not they. */
const mostInARow = 5;

const stopped = (reason: string, detail: string) => new PushStopped({ reason, detail, retryAfter: 0 });

interface Claimed {
  readonly organization: OrganizationId;
  readonly connection: ConnectionId;
  readonly holder: string;
  readonly push: PushRow;
}

/** The directory that is written must be the one that was read: what is there is known from that. */
const checkCopy = Effect.fnUntraced(function* (claimed: Claimed, identity: string, hasSource: boolean) {
  const { organization, connection, push } = claimed;
  if (push.identity !== null && push.identity !== identity)
    return yield* stopped(
      "refused",
      "This is another directory than the one that was written before. Give it a connection of its own, or put back the settings.",
    );
  const store = yield* Store;
  return yield* store.tenant(
    organization,
    Effect.fnUntraced(function* (tx) {
      if (push.identity === null) yield* noteIdentity(tx, connection, identity);
      const state = hasSource ? yield* findSyncState(tx, connection) : undefined;
      if (state === undefined) return false;
      if (state.lastSuccessAt === null)
        return yield* stopped(
          "unread",
          "It has not been read yet. Nothing is written before one run went well.",
        );
      if (state.sourceIdentity !== identity)
        return yield* stopped(
          "refused",
          "Another directory is read than written. Check the settings of the connection.",
        );
      return true;
    }),
  );
});

const open = Effect.fn("push.open")(function* (claimed: Claimed) {
  const { organization, connection, holder, push } = claimed;
  const { source, target } = yield* openConnection(organization, connection);
  if (target === undefined) return yield* stopped("refused", "This kind of connection cannot be written.");
  const identity = yield* target.identity;
  const isRead = yield* checkCopy(claimed, identity, source !== undefined);
  const isNamedByEmail = yield* target.isNamedByEmail ?? Effect.succeed(false);
  if (isNamedByEmail !== push.isNamedByEmail) {
    const store = yield* Store;
    yield* store.tenant(organization, (tx) => noteNaming(tx, connection, isNamedByEmail));
  }
  return {
    organization,
    connection,
    holder,
    identity,
    settings: { ...push.settings, isNamedByEmail },
    isRead,
    target,
    removing: new Set<string>(),
  } satisfies Writing;
});

interface Item {
  readonly one: Case;
  readonly waiting: WaitingRow;
}

/** Who would only lose something goes first. */
const urgency = ({ one: { wanted } }: Item): number => (wanted.active ? wanted.groups.length : -1);

/** One that is another name of an account since a merge has nothing of its own, no trouble either. */
const forgetMerged = Effect.fnUntraced(function* (
  tx: TenantTx,
  connection: ConnectionId,
  merged: ReadonlyArray<AccountId>,
) {
  if (merged.length === 0) return;
  yield* dropPushed(tx, connection, merged);
  yield* resolvePushExceptions(tx, connection, merged);
});

/** The next people for whom something is to be done. For whom nothing is, that is written down at once. */
const take = Effect.fn("push.take")(function* (
  tx: TenantTx,
  { connection, identity, settings, isRead }: Writing,
  besides: ReadonlySet<AccountId>,
) {
  const rows = yield* listPushPending(tx, connection, page, [...besides]);
  const ids = rows.map(({ id }) => id);
  const all = yield* loadCases(tx, connection, identity, settings, ids);
  yield* moveIntents(
    tx,
    all.flatMap(({ over }) => over),
  );
  const cases = new Map(all.map((one) => [one.standing.account, one]));
  yield* forgetMerged(
    tx,
    connection,
    ids.filter((id) => !cases.has(id)),
  );
  const busy: Array<Item> = [];
  const idle: Array<WaitingRow> = [];
  for (const waiting of rows) {
    const one = cases.get(waiting.id);
    if (one === undefined || isIdle(one, settings, isRead)) idle.push(waiting);
    else busy.push({ one, waiting });
  }
  const done = idle
    .flatMap(({ id }) => cases.get(id) ?? [])
    .filter(({ standing, digest }) => standing.pushed?.digest !== digest);
  yield* putPushed(
    tx,
    connection,
    done.map(({ standing: { account }, digest }) => ({ account, remoteId: null, digest, trouble: null })),
  );
  yield* dropPushPending(tx, connection, idle);
  return { busy: busy.toSorted((a, b) => urgency(a) - urgency(b)), looked: rows.length };
});

const workAll = Effect.fn("push.work")(function* (writing: Writing) {
  const store = yield* Store;
  const { organization } = writing;
  const inFlight = new Set<AccountId>();
  let inARow = 0;
  const stops: Array<PushStopped> = [];
  const pages = Stream.paginate(0, () =>
    Effect.gen(function* () {
      if (stops.length > 0) return [[] as Item[], Option.none<number>()] as const;
      const { busy, looked } = yield* store.tenant(organization, (tx) => take(tx, writing, inFlight));
      for (const { waiting } of busy) inFlight.add(waiting.id);
      return [busy, looked === 0 ? Option.none<number>() : Option.some(0)] as const;
    }),
  );
  const workOne = Effect.fnUntraced(function* ({ one, waiting }: Item) {
    const trouble = yield* workAccount(writing, one, waiting);
    inFlight.delete(waiting.id);
    inARow = trouble !== null && trouble.retrySeconds !== null ? inARow + 1 : 0;
    if (inARow >= mostInARow) return yield* stopped(trouble?.reason ?? "unavailable", trouble?.detail ?? "");
  });
  // Nobody is begun once it stops. Who is under way is finished: cut off, nobody would know what came of their calls.
  const work = Effect.fnUntraced(function* (item: Item) {
    if (stops.length > 0) return;
    yield* Effect.catchTag(workOne(item), "PushStopped", (stop) => Effect.sync(() => stops.push(stop)));
  });
  yield* pages.pipe(Stream.mapEffect(work, { concurrency: atOnce, unordered: true }), Stream.runDrain);
  const [stop] = stops;
  if (stop !== undefined) return yield* stop;
});

/** Says that it lives, until it is another's. */
const pulse = Effect.fnUntraced(function* ({ organization, connection, holder }: Claimed) {
  const store = yield* Store;
  const beat = Effect.gen(function* () {
    const held = yield* store
      .tenant(organization, (tx) => notePush(tx, connection, holder))
      .pipe(Effect.catchTag("Unavailable", () => Effect.succeed(true)));
    if (!held) return yield* new PushLost();
  });
  return yield* beat.pipe(Effect.repeat(Schedule.spaced("3 seconds")), Effect.andThen(Effect.never));
});

/** `undefined`: it is another's, there is nothing to end. */
const troubleOf = (failure: unknown, failures: number): PushTrouble | null | undefined => {
  if (failure instanceof PushLost) return undefined;
  const of = (reason: string, detail: string, asked = 0, first = 5): PushTrouble => ({
    reason,
    detail,
    retrySeconds: backOff(failures, asked, first),
  });
  if (failure instanceof PushStopped) return of(failure.reason, failure.detail, failure.retryAfter);
  if (failure instanceof ConnectorFailure) return of(failure.reason, failure.detail, failure.retryAfter);
  if (failure instanceof SecretUnreadable)
    return of(
      "unauthorized",
      `The master key of this server does not open ${failure.what}. Set the credential again.`,
      0,
      60,
    );
  return null;
};

/** Gives it back, and sees to it that nobody who waits is forgotten. */
const end = Effect.fn("push.end")(function* (
  { organization, connection, holder }: Claimed,
  trouble: PushTrouble | null,
) {
  const store = yield* Store;
  yield* store.tenant(
    organization,
    Effect.fnUntraced(function* (tx) {
      yield* releasePush(tx, connection, holder, trouble);
      if (trouble !== null) return yield* enqueuePush(tx, connection, trouble.retrySeconds);
    }),
  );
  // Whoever came before it was given back, and was told that somebody works it, is seen here.
  if (trouble !== null) return;
  yield* store.tenant(
    organization,
    Effect.fnUntraced(function* (tx) {
      const seconds = yield* nextPushPending(tx, connection);
      if (seconds !== null) yield* enqueuePush(tx, connection, Math.max(0, seconds));
    }),
  );
});

const claim = Effect.fn("push.claim")(function* (organization: OrganizationId, connection: ConnectionId) {
  const store = yield* Store;
  return yield* store.tenant(
    organization,
    Effect.fnUntraced(function* (tx) {
      const row = yield* findConnectionById(tx, connection);
      if (row?.enabled !== true) return undefined;
      const holder = newId();
      const push = yield* claimPush(tx, connection, holder);
      if (push !== undefined) return { organization, connection, holder, push } satisfies Claimed;
      if ((yield* nextPushPending(tx, connection)) !== null) yield* lookAgain(tx, connection);
      return undefined;
    }),
  );
});

/** Does all there is to do for one connection now. */
export const performPush = Effect.fn("push")(function* (
  organization: OrganizationId,
  connection: ConnectionId,
) {
  const claimed = yield* claim(organization, connection);
  if (claimed === undefined) return;
  const work = Effect.scoped(Effect.flatMap(open(claimed), workAll));
  yield* Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(restore(Effect.raceFirst(work, pulse(claimed))));
      if (exit._tag === "Success") return yield* end(claimed, null);
      const failure = exit.cause.reasons.find((reason) => reason._tag === "Fail")?.error;
      const trouble = troubleOf(failure, claimed.push.failures);
      if (trouble !== undefined && trouble !== null) return yield* end(claimed, trouble);
      // A lost one is another's; one that was interrupted, or broke, is taken up again once its lease is over.
      if (trouble === null)
        yield* Effect.logWarning("Writing to a connection broke off.", { connection }, exit.cause);
      yield* Effect.ignore(lost(claimed));
    }),
  );
});

const lost = Effect.fnUntraced(function* ({ organization, connection, holder }: Claimed) {
  const store = yield* Store;
  yield* store.tenant(
    organization,
    Effect.fnUntraced(function* (tx) {
      yield* releasePush(tx, connection, holder, {
        reason: "interrupted",
        detail: "The server that wrote was stopped. What it had begun is looked up and gone on with.",
        retrySeconds: 1,
      });
      yield* lookAgain(tx, connection);
    }),
  );
});

/** Sends a job for every connection that should have one: theirs may be with a process that was killed. */
export const sweepPushes = Effect.fn("sweepPushes")(function* (tx: TenantTx) {
  yield* addBegunPushPending(tx);
  for (const connection of yield* listWaitingPushes(tx)) yield* enqueuePush(tx, connection);
});
