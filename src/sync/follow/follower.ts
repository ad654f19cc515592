/** Who follows one connection: one holder over all instances, for as long as it gives signs of life. */
import { Clock, Duration, Effect, Schedule } from "effect";
import { ConnectorFailure, type Source } from "../../../connectors/connector.ts";
import type { ConnectionId, JsonObject, OrganizationId } from "../../domain/index.ts";
import {
  claimFollow,
  type FollowRow,
  followLeft,
  newId,
  noteFollowTrouble,
  releaseFollow,
  renewFollow,
  SecretUnreadable,
  Store,
  type TenantTx,
} from "../../store/index.ts";
import { askChanges, type Changes } from "../pull/index.ts";
import { askToReadAll, enqueueFollow, followAfter, openConnection, sameDirectory } from "../runs/index.ts";
import { keep } from "./keep.ts";
import { gather } from "./look.ts";
import { Pace, waitAfter } from "./pace.ts";

/** A follower at work, and what it knows. */
export interface Follower {
  readonly organization: OrganizationId;
  readonly connection: ConnectionId;
  readonly holder: string;
  row: FollowRow;
  /** To where it has read; stored with a sign of life where nothing was told, else with what was kept. */
  cursor: JsonObject | null;
  looked: boolean;
}

/** Takes the connection, where nobody else follows it; else has somebody look again when that one would be given up. */
export const claimFollower = Effect.fn("follow.claim")(function* (
  organization: OrganizationId,
  connection: ConnectionId,
) {
  const store = yield* Store;
  const holder = newId();
  return yield* store.tenant(
    organization,
    Effect.fnUntraced(function* (tx) {
      const row = yield* claimFollow(tx, connection, holder);
      const left = yield* followLeft(tx, connection);
      if (left !== undefined) yield* followAfter(tx, connection, left);
      if (row === undefined) return undefined;
      return { organization, connection, holder, row, cursor: row.cursor, looked: false } satisfies Follower;
    }),
  );
});

const inStore = <A, E, R>({ organization }: Follower, body: (tx: TenantTx) => Effect.Effect<A, E, R>) =>
  Effect.flatMap(Store, (store) => store.tenant(organization, body));

const sign = Effect.fnUntraced(function* (follower: Follower) {
  const { connection, holder, looked, cursor, row } = follower;
  follower.looked = false;
  const told = { looked: looked && cursor !== null, cursor, epoch: row.epoch };
  return yield* inStore(follower, (tx) => renewFollow(tx, connection, holder, told));
});

/** Ends when the connection is another's to follow, or nobody's. Trouble with the database is not the follower's. */
const live = Effect.fn("follow.live")(function* (follower: Follower) {
  const pace = yield* Pace;
  const once = Effect.gen(function* () {
    const row = yield* sign(follower);
    if (row?.followable !== true) return false;
    // Everything was read meanwhile: what was told before that is known.
    if (row.epoch !== follower.row.epoch) follower.cursor = row.cursor;
    follower.row = row;
    return true;
  }).pipe(Effect.catchTag("Unavailable", () => Effect.succeed(true)));
  yield* Effect.repeat(once, { schedule: Schedule.spaced(pace.sign), while: (lives) => lives });
});

const isStuck = (failures: number): boolean => failures >= 5;

/** One look. Gives how many seconds to wait until the next. */
const look = Effect.fn("follow.look")(function* (follower: Follower, source: Source, changes: Changes) {
  const { connection, row, cursor } = follower;
  const every = row.followSeconds ?? 60;
  if (cursor === null) {
    // The last reading of everything got no cursor. Now there is one, and only the next reading knows since when.
    yield* askChanges(changes, null);
    const why = { why: "Until now the source did not say what changed." };
    const { readAllSeconds } = yield* Pace;
    yield* inStore(follower, (tx) => askToReadAll(tx, connection, { why, afterSeconds: 0 }));
    return Math.max(every, readAllSeconds);
  }
  const gathered = yield* gather(changes, cursor);
  if (gathered.hints.length === 0) {
    follower.cursor = gathered.cursor;
    follower.looked = true;
    return gathered.more ? 0.2 : every;
  }
  const forgiving = isStuck(row.followFailures);
  const outcome = yield* keep(follower, source, gathered, forgiving);
  if (outcome === "waits") return every;
  follower.cursor = gathered.cursor;
  follower.row = { ...follower.row, followFailures: 0 };
  // Long enough for whoever works the whole run to find it.
  if (outcome === "yielded") return Math.max(every, 2);
  return gathered.more ? 0.2 : every;
});

const describe = (failure: unknown): { reason: string; detail: string; retryAfter?: number } => {
  if (failure instanceof ConnectorFailure) {
    const { reason, detail, retryAfter } = failure;
    return { reason, detail, ...(retryAfter === undefined ? {} : { retryAfter }) };
  }
  if (failure instanceof SecretUnreadable) {
    const detail = `The master key of this server does not open ${failure.what}. Set the credential again.`;
    return { reason: "unauthorized", detail };
  }
  return { reason: "internal", detail: "Something went wrong in Rolebridge itself. The log has the cause." };
};

/** A look that fails is noted and tried again later; the connection is believed as before. */
const patiently = Effect.fnUntraced(function* (follower: Follower, source: Source, changes: Changes) {
  const failed = Effect.fnUntraced(function* (failure: unknown) {
    const { reason, detail, retryAfter } = describe(failure);
    const { followSeconds, followFailures } = follower.row;
    yield* inStore(follower, (tx) => noteFollowTrouble(tx, follower.connection, { reason, detail }));
    follower.row = { ...follower.row, followFailures: followFailures + 1 };
    return yield* waitAfter(followSeconds ?? 60, followFailures + 1, retryAfter);
  });
  const wait = yield* look(follower, source, changes).pipe(
    Effect.catchIf((error) => error instanceof ConnectorFailure, failed),
    Effect.catchDefect((defect) => Effect.andThen(Effect.logError("A look broke.", defect), failed(defect))),
    // Trouble with the database is not the source's.
    Effect.catch(() => Effect.succeed(5)),
  );
  yield* Effect.sleep(Duration.seconds(wait));
});

const cannot = new ConnectorFailure({
  reason: "refused",
  detail: "This connection does not say what changed: it can only be read as a whole.",
});

const work = Effect.fn("follow")(function* (follower: Follower) {
  const { life } = yield* Pace;
  const end = (yield* Clock.currentTimeMillis) + Duration.toMillis(Duration.fromInputUnsafe(life));
  const { source } = yield* openConnection(follower.organization, follower.connection);
  if (source?.changes === undefined) return yield* cannot;
  yield* sameDirectory(follower.row.sourceIdentity, source);
  while ((yield* Clock.currentTimeMillis) < end) yield* patiently(follower, source, source.changes);
}, Effect.scoped);

/** It could not even begin: somebody tries again, later each time. */
const notBegun = Effect.fnUntraced(function* (follower: Follower, failure: unknown) {
  const { reason, detail, retryAfter } = describe(failure);
  const wait = yield* waitAfter(30, follower.row.followFailures, retryAfter);
  yield* inStore(follower, (tx) => noteFollowTrouble(tx, follower.connection, { reason, detail }));
  yield* Effect.sleep(Duration.seconds(wait));
});

const release = (follower: Follower) =>
  inStore(
    follower,
    Effect.fnUntraced(function* (tx) {
      yield* releaseFollow(tx, follower.connection, follower.holder);
      yield* enqueueFollow(tx, follower.connection);
    }),
  ).pipe(Effect.catchCause((cause) => Effect.logWarning("A follower could not say that it ends.", cause)));

/** Follows the connection for some minutes. Whoever ends has the next one begin, on whatever instance. */
export const follow = (follower: Follower) =>
  work(follower).pipe(
    Effect.catch((failure) => notBegun(follower, failure)),
    Effect.raceFirst(live(follower)),
    Effect.ensuring(release(follower)),
  );

/** The same, where the connection is to be followed and nobody else does. */
export const followConnection = Effect.fn("followConnection")(function* (
  organization: OrganizationId,
  connection: ConnectionId,
) {
  const follower = yield* claimFollower(organization, connection);
  if (follower !== undefined) yield* follow(follower);
});
