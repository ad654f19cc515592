/** One person, asked for by id: what the source says of them now, in whole. */
import { Effect } from "effect";
import { ConnectorFailure, type Found, type Gone, type Source } from "../../../connectors/connector.ts";
import type { DirectoryGroupId, DirectoryUserId, EventId } from "../../domain/index.ts";
import {
  accountsWithCause,
  addMemberships,
  addPending,
  findPulledUserById,
  findPulledUserIds,
  listPulledGroups,
  type MembershipWrite,
  newId,
  pulledMembershipsOf,
} from "../../store/index.ts";
import { isKept, type KnownGroup, keepGroups } from "./groups.ts";
import { membersChanged } from "./members.ts";
import { inRun, type Pull, takenBack, tell } from "./pull.ts";
import { leaveGroups, removeUsers } from "./removals.ts";
import type { SuspectGroup, SuspectMemberships } from "./suspects.ts";
import { keepUsers } from "./users.ts";

/** Called with groups that a person is no longer in, before that is kept: they may be gone themselves. */
export type AboutLeft<E, R> = (groups: ReadonlyArray<SuspectGroup>) => Effect.Effect<void, E, R>;

const known = (
  groups: ReadonlyMap<string, KnownGroup>,
  ids: ReadonlyArray<DirectoryGroupId>,
): ReadonlyArray<SuspectGroup> => {
  const wanted = new Set(ids);
  return [...groups].flatMap(([sourceId, { id, kind }]) =>
    wanted.has(id) ? [{ _tag: "Group", id, sourceId, kind }] : [],
  );
};

const joinAndLeave = (
  pull: Pull,
  sourceId: string,
  user: DirectoryUserId,
  wanted: ReadonlySet<DirectoryGroupId>,
) =>
  inRun(
    pull,
    Effect.fnUntraced(function* (tx, origin) {
      const now = yield* pulledMembershipsOf(tx, user);
      const held = new Set(now.map(({ groupId }) => groupId));
      const taken = yield* takenBack(tx, pull, [sourceId]);
      const isTaken = (of: DirectoryGroupId) => taken.some(({ group }) => group === of);
      const joined = [...wanted]
        .filter((group) => !held.has(group) && !isTaken(group))
        .map((group): MembershipWrite => ({ group, user, cause: newId<EventId>() }));
      yield* tell(
        tx,
        pull,
        origin,
        joined.flatMap((one) => membersChanged([one], "added")),
      );
      if (joined.length > 0) {
        yield* addMemberships(tx, joined);
        yield* addPending(tx, yield* accountsWithCause(tx, joined), { loses: false });
      }
      const groups = now
        .filter(({ groupId }) => !wanted.has(groupId))
        .map(({ groupId }) => ({ id: groupId, sourceId: "", kind: "group" as const }));
      const left: SuspectMemberships = { _tag: "Memberships", user, sourceId, groups };
      return { added: joined.length, removed: yield* leaveGroups(tx, pull, [left], origin) };
    }),
  );

/** How a person stands with us: their id, their groups, and all groups there are. */
const standingOf = (pull: Pull, sourceId: string) =>
  inRun(
    pull,
    Effect.fnUntraced(function* (tx) {
      const id = (yield* findPulledUserIds(tx, pull.connection, [sourceId])).get(sourceId);
      const now = id === undefined ? [] : yield* pulledMembershipsOf(tx, id);
      const rows = yield* listPulledGroups(tx, pull.connection);
      return {
        id,
        now: now.map(({ groupId }) => groupId),
        groups: new Map(rows.map((row) => [row.sourceId, row])),
      };
    }),
  );

/** The answer is about one person in whole, so a group it does not name is a group they have left. */
const keepGroupsOf = Effect.fnUntraced(function* <E, R>(
  pull: Pull,
  found: Found,
  aboutLeft: AboutLeft<E, R>,
) {
  const { id: user, now, groups: before } = yield* standingOf(pull, found.user.id);
  if (user === undefined) return;
  const isNew = found.groups.some((fact) => !isKept(before.get(fact.id), fact));
  const groups: ReadonlyMap<string, KnownGroup> = isNew ? yield* keepGroups(pull, found.groups) : before;
  const wanted = new Set(found.groups.flatMap(({ id }) => groups.get(id)?.id ?? []));
  const left = now.filter((id) => !wanted.has(id));
  if (left.length > 0) yield* aboutLeft(known(groups, left));
  const stays = left.length === 0 && wanted.size === now.length;
  const counts = stays ? {} : yield* joinAndLeave(pull, found.user.id, user, wanted);
  yield* pull.progress.add("memberships", { ...counts, read: found.groups.length });
});

const another = new ConnectorFailure({
  reason: "malformed",
  detail: "Asked for one person, the source answered with another one.",
});

/**
 * Keeps the source's answer about the person whom it calls `sourceId`: they become what it says, or go where it says
 * that there is no such person.
 */
export const keepPerson = Effect.fn("keepPerson")(function* <E, R>(
  pull: Pull,
  sourceId: string,
  answer: Found | Gone,
  aboutLeft: AboutLeft<E, R>,
) {
  if (answer._tag === "Gone") {
    const { id } = yield* standingOf(pull, sourceId);
    if (id === undefined) return;
    yield* inRun(pull, (tx, origin) => removeUsers(tx, pull, [{ _tag: "User", id, sourceId }], origin));
    yield* pull.progress.add("removals", { read: 1, removed: 1 });
    return;
  }
  if (answer.user.id !== sourceId) return yield* another;
  yield* pull.progress.add("users", { read: 1 });
  yield* pull.progress.add("groups", { read: answer.groups.length });
  yield* keepUsers(pull, [answer.user]);
  yield* keepGroupsOf(pull, answer, aboutLeft);
});

/** Brings one person up to date whom an operator asked for. */
export const takePerson = Effect.fn("takePerson")(function* (
  pull: Pull,
  source: Source,
  user: DirectoryUserId,
) {
  const row = yield* inRun(pull, (tx) => findPulledUserById(tx, pull.connection, user));
  if (row === undefined) return;
  yield* keepPerson(pull, row.sourceId, yield* source.one(row.sourceId), () => Effect.void);
  yield* pull.progress.end("users", "groups", "memberships");
});
