/** Takes away what the source, asked by id, says is gone. Nothing else removes. */
import { Effect, Stream } from "effect";
import type { Source, Suspect } from "../../../connectors/connector.ts";
import type { EventId, Origin } from "../../domain/index.ts";
import {
  accountsWithCause,
  addPending,
  deletePulledGroups,
  deletePulledUsers,
  findPulledUsers,
  loseLinks,
  type MembershipWrite,
  madeByUs,
  newId,
  type PendingRow,
  personalOf,
  pulledMembersOf,
  removeMemberships,
  type TenantTx,
} from "../../store/index.ts";
import { watchLeaving } from "../guard/index.ts";
import { membersChanged } from "./members.ts";
import { inRun, lossOf, originOfRun, type Pull, tell } from "./pull.ts";
import type { Suspected, SuspectGroup, SuspectMemberships, SuspectUser } from "./suspects.ts";

const batch = 200;
/** Questions at a time; the connector holds its own limit below this. */
const concurrency = 8;

const question = (suspected: Suspected): Suspect => {
  const { sourceId } = suspected;
  switch (suspected._tag) {
    case "User":
      return { _tag: "User", id: sourceId };
    case "Group":
      return { _tag: "Group", id: sourceId, kind: suspected.kind };
    case "Memberships": {
      const groups = suspected.groups.map(({ sourceId: id, kind }) => ({ id, kind }));
      return { _tag: "Memberships", user: sourceId, groups };
    }
  }
};

/** What of the suspected is really gone; nothing where the source still has it. */
const verdict = (suspected: Suspected, gone: ReadonlySet<string>): ReadonlyArray<Suspected> => {
  if (suspected._tag !== "Memberships") return gone.has(suspected.sourceId) ? [suspected] : [];
  const groups = suspected.groups.filter(({ sourceId }) => gone.has(sourceId));
  return groups.length === 0 ? [] : [{ ...suspected, groups }];
};

const lookAgain = Effect.fnUntraced(function* (
  tx: TenantTx,
  pull: Pull,
  users: ReadonlyArray<Pick<MembershipWrite, "user" | "cause">>,
) {
  yield* loseAll(tx, pull, yield* accountsWithCause(tx, users));
});

/** The job that looks at them no longer knows through which connection it came: many who are named raise the alarm here. */
const loseAll = Effect.fnUntraced(function* (tx: TenantTx, pull: Pull, accounts: ReadonlyArray<PendingRow>) {
  const [first] = accounts;
  if (first === undefined) return;
  yield* addPending(tx, accounts, lossOf(pull));
  if (pull.named !== true) return;
  yield* watchLeaving(tx, { event: first.cause, origin: originOfRun(pull) }, accounts.length);
});

/** The next holder of a name inherits nothing: that these accounts had a user here is remembered. */
export const removeUsers = Effect.fn("removeUsers")(function* (
  tx: TenantTx,
  pull: Pull,
  users: ReadonlyArray<SuspectUser>,
  origin: Origin,
) {
  if (users.length === 0) return;
  const rows = yield* findPulledUsers(
    tx,
    pull.connection,
    users.map(({ sourceId }) => sourceId),
  );
  const people = rows.map(({ sourceId }) => sourceId);
  const ours = new Set(pull.identity === null ? [] : yield* madeByUs(tx, pull.identity, people));
  const lost = rows.map((row) => ({
    user: row.id,
    externalId: row.externalId,
    isOurs: ours.has(row.sourceId),
    cause: newId<EventId>(),
    row,
  }));
  yield* tell(
    tx,
    pull,
    origin,
    lost.map(({ user, cause, row }) => ({
      id: cause,
      type: "user.deleted",
      subject: { kind: "directory-user", id: user },
      personal: personalOf(row),
    })),
  );
  const causes = yield* accountsWithCause(tx, lost);
  yield* loseLinks(tx, lost);
  yield* deletePulledUsers(
    tx,
    lost.map(({ user }) => user),
  );
  yield* loseAll(tx, pull, causes);
});

const removeGroups = Effect.fnUntraced(function* (
  tx: TenantTx,
  pull: Pull,
  groups: ReadonlyArray<SuspectGroup>,
  origin: Origin,
) {
  if (groups.length === 0) return;
  const ids = groups.map(({ id }) => id);
  const members = Map.groupBy(yield* pulledMembersOf(tx, ids), ({ groupId }) => groupId);
  const ended = ids.map((id) => ({ id, cause: newId<EventId>(), members: members.get(id) ?? [] }));
  yield* tell(
    tx,
    pull,
    origin,
    ended.map(({ id, cause, members: of }) => ({
      id: cause,
      type: "group.deleted",
      subject: { kind: "directory-group", id },
      data: { members: of.length },
    })),
  );
  yield* deletePulledGroups(tx, ids);
  yield* lookAgain(
    tx,
    pull,
    ended.flatMap(({ cause, members: of }) => of.map(({ userId }) => ({ user: userId, cause }))),
  );
});

/** Ends memberships, with one event per group. */
export const leaveGroups = Effect.fn("leaveGroups")(function* (
  tx: TenantTx,
  pull: Pull,
  left: ReadonlyArray<SuspectMemberships>,
  origin: Origin,
) {
  const pairs = left.flatMap(({ user, groups }) => groups.map(({ id }) => ({ group: id, user })));
  if (pairs.length === 0) return 0;
  const byGroup = [...Map.groupBy(pairs, ({ group }) => group).values()].map((of) => {
    const cause = newId<EventId>();
    return of.map((pair): MembershipWrite => ({ ...pair, cause }));
  });
  yield* tell(
    tx,
    pull,
    origin,
    byGroup.flatMap((of) => membersChanged(of, "removed")),
  );
  yield* removeMemberships(tx, pairs);
  yield* lookAgain(tx, pull, byGroup.flat());
  return pairs.length;
});

const is =
  <Tag extends Suspected["_tag"]>(tag: Tag) =>
  (one: Suspected): one is Extract<Suspected, { readonly _tag: Tag }> =>
    one._tag === tag;

/** Roles end at once: a job is sent with each batch, not at the end of the run. */
const remove = Effect.fnUntraced(function* (pull: Pull, gone: ReadonlyArray<Suspected>) {
  if (gone.length === 0) return;
  const left = yield* inRun(
    pull,
    Effect.fnUntraced(function* (tx, origin) {
      const ended = yield* leaveGroups(tx, pull, gone.filter(is("Memberships")), origin);
      yield* removeGroups(tx, pull, gone.filter(is("Group")), origin);
      yield* removeUsers(tx, pull, gone.filter(is("User")), origin);
      yield* tx.enqueue("reconcile", { organization: tx.organization });
      return ended;
    }),
  );
  yield* pull.progress.add("removals", {
    removed: left + gone.filter(({ _tag }) => _tag !== "Memberships").length,
  });
});

/** Asks the source for each of the suspected, and takes away what it says is gone. */
export const removeSuspects = <E, R>(pull: Pull, source: Source, suspects: Stream.Stream<Suspected, E, R>) =>
  suspects.pipe(
    Stream.tap(() => pull.progress.add("removals", { read: 1 })),
    Stream.mapEffect(
      (suspected) =>
        Effect.map(source.confirm(question(suspected)), ({ gone }) => verdict(suspected, new Set(gone))),
      { concurrency },
    ),
    Stream.grouped(batch),
    Stream.runForEach((verdicts) => remove(pull, verdicts.flat())),
  );
