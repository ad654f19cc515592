/** Who is in which group: what is new is kept at once, what is missing is only suspected. */
import { Effect } from "effect";
import type { DirectoryGroupId, DirectoryUserId, EventId } from "../../domain/index.ts";
import {
  accountsWithCause,
  addMemberships,
  addPending,
  findPulledUserIds,
  type MembershipWrite,
  newId,
  type PulledMember,
  pulledMembersOf,
} from "../../store/index.ts";
import { inRun, type Pull, takenBack, tell } from "./pull.ts";
import { isSoundId } from "./sound.ts";

/** A group with everyone the source lists in it, by the source's ids. */
export interface Listed {
  readonly group: DirectoryGroupId;
  readonly users: ReadonlyArray<string>;
}

const compare = (
  known: ReadonlyArray<PulledMember>,
  { group, users }: Listed,
  reread: ReadonlySet<string>,
) => {
  const listed = new Set(users.filter(isSoundId));
  const before = new Set(known.map(({ sourceId }) => sourceId));
  return {
    group,
    fresh: [...listed].filter((user) => !before.has(user) && !reread.has(user)),
    missing: known.filter(({ sourceId }) => !listed.has(sourceId) && !reread.has(sourceId)),
  };
};

/** One event per group, which all of its new memberships have as their cause. */
const additions = (
  group: DirectoryGroupId,
  fresh: ReadonlyArray<string>,
  ids: ReadonlyMap<string, DirectoryUserId>,
): ReadonlyArray<MembershipWrite> => {
  const cause = newId<EventId>();
  return fresh.flatMap((sourceId) => {
    const user = ids.get(sourceId);
    return user === undefined ? [] : [{ group, user, cause }];
  });
};

/** Keeps the new memberships of these groups and gives those that the source no longer lists. */
export const keepMembers = Effect.fn("keepMembers")(function* (
  pull: Pull,
  lists: ReadonlyArray<Listed>,
  /** Of whom the lists tell what is older than what is kept, by the source's ids. */
  reread: ReadonlySet<string> = new Set(),
) {
  const { added, missing } = yield* inRun(
    pull,
    Effect.fnUntraced(function* (tx, origin) {
      const groups = lists.map(({ group }) => group);
      const known = Map.groupBy(yield* pulledMembersOf(tx, groups), ({ groupId }) => groupId);
      const compared = lists.map((list) => compare(known.get(list.group) ?? [], list, reread));
      const sourceIds = new Set(compared.flatMap(({ fresh }) => fresh));
      const ids = yield* findPulledUserIds(tx, pull.connection, [...sourceIds]);
      const taken = yield* takenBack(tx, pull, [...sourceIds]);
      const isTaken = (of: DirectoryGroupId, who: string) =>
        taken.some(({ group, subject }) => group === of && subject === who);
      const byGroup = compared.map(({ group, fresh }) =>
        additions(
          group,
          fresh.filter((who) => !isTaken(group, who)),
          ids,
        ),
      );
      const writes = byGroup.flat();
      if (writes.length > 0) {
        yield* tell(
          tx,
          pull,
          origin,
          byGroup.flatMap((ofGroup) => membersChanged(ofGroup, "added")),
        );
        yield* addMemberships(tx, writes);
        yield* addPending(tx, yield* accountsWithCause(tx, writes), { loses: false });
      }
      return { added: writes.length, missing: compared.flatMap((one) => one.missing) };
    }),
  );
  yield* pull.progress.add("memberships", { added });
  return missing;
});

/** The event of memberships that share a group and a cause; none where there are none. */
export const membersChanged = (memberships: ReadonlyArray<MembershipWrite>, side: "added" | "removed") => {
  const [first] = memberships;
  if (first === undefined) return [];
  const users = memberships.map(({ user }) => user);
  return [
    {
      id: first.cause,
      type: "group.members-changed",
      subject: { kind: "directory-group", id: first.group },
      data: { added: [], removed: [], [side]: users },
    },
  ];
};
