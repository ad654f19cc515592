/** One person, asked for by id: what the source says of them now, in whole. */
import { Effect } from "effect";
import type { Found, Source } from "../../../connectors/connector.ts";
import type { DirectoryGroupId, DirectoryUserId, EventId } from "../../domain/index.ts";
import {
  accountsWithCause,
  addMemberships,
  addPending,
  findPulledUserById,
  type MembershipWrite,
  newId,
  pulledMembershipsOf,
  recordEvents,
} from "../../store/index.ts";
import { type KnownGroup, keepGroups } from "./groups.ts";
import { membersChanged } from "./members.ts";
import { inRun, type Pull, takenBack } from "./pull.ts";
import { leaveGroups, removeUsers } from "./removals.ts";
import type { SuspectMemberships } from "./suspects.ts";
import { keepUsers } from "./users.ts";

/** The answer is about one person in whole, so a group it does not name is a group they have left. */
const keepGroupsOf = Effect.fnUntraced(function* (
  pull: Pull,
  user: DirectoryUserId,
  found: Found,
  known: ReadonlyMap<string, KnownGroup>,
) {
  const wanted = new Map(
    found.groups.flatMap(({ id }) => {
      const group = known.get(id);
      return group === undefined ? [] : [[group.id, group] as const];
    }),
  );
  const counts = yield* inRun(
    pull,
    Effect.fnUntraced(function* (tx, origin) {
      const now = yield* pulledMembershipsOf(tx, user);
      const held = new Set(now.map(({ groupId }) => groupId));
      const taken = yield* takenBack(tx, pull, [found.user.id]);
      const isTaken = (of: DirectoryGroupId) => taken.some(({ group }) => group === of);
      const joined = [...wanted.keys()]
        .filter((group) => !held.has(group) && !isTaken(group))
        .map((group): MembershipWrite => ({ group, user, cause: newId<EventId>() }));
      yield* recordEvents(
        tx,
        joined.flatMap((one) => membersChanged([one], "added").map((event) => ({ ...event, origin }))),
      );
      if (joined.length > 0) {
        yield* addMemberships(tx, joined);
        yield* addPending(tx, yield* accountsWithCause(tx, joined), { loses: false });
      }
      const groups = now
        .filter(({ groupId }) => !wanted.has(groupId))
        .map(({ groupId, sourceId }) => ({ id: groupId, sourceId, kind: "group" as const }));
      const left: SuspectMemberships = { _tag: "Memberships", user, sourceId: found.user.id, groups };
      return { added: joined.length, removed: yield* leaveGroups(tx, pull, [left], origin) };
    }),
  );
  yield* pull.progress.add("memberships", { ...counts, read: found.groups.length });
});

/** Brings one person up to date: with what the source says, or away where it says that there is no such person. */
export const takePerson = Effect.fn("takePerson")(function* (
  pull: Pull,
  source: Source,
  user: DirectoryUserId,
) {
  const row = yield* inRun(pull, (tx) => findPulledUserById(tx, pull.connection, user));
  if (row === undefined) return;
  const answer = yield* source.one(row.sourceId);
  if (answer._tag === "Gone") {
    const gone = { _tag: "User", id: user, sourceId: row.sourceId } as const;
    yield* inRun(pull, (tx, origin) => removeUsers(tx, pull, [gone], origin));
    yield* pull.progress.add("removals", { read: 1, removed: 1 });
    return;
  }
  yield* pull.progress.add("users", { read: 1 });
  yield* pull.progress.add("groups", { read: answer.groups.length });
  yield* keepUsers(pull, [answer.user]);
  yield* keepGroupsOf(pull, user, answer, yield* keepGroups(pull, answer.groups));
  yield* pull.progress.end("users", "groups", "memberships");
});
