/** The groups that a reply names. Those of a kind that it told in whole are all there are; others stay as they were. */
import { Effect } from "effect";
import type { GroupFact, ToldGroups } from "../../../connectors/connector.ts";
import type { DirectoryGroupId, DirectoryUserId, EventId } from "../../domain/index.ts";
import {
  addMemberships,
  findPulledGroups,
  groupState,
  groupsHeld,
  insertPulledGroups,
  lockPeople,
  newGroupId,
  newId,
  type PulledGroup,
  recordEvent,
  recordEvents,
  removeMemberships,
  type TenantTx,
} from "../../store/index.ts";
import { soundGroups } from "../pull/index.ts";
import type { Arrival } from "./take.ts";

type Known = ReadonlyMap<string, Pick<PulledGroup, "id" | "kind">>;

const listed = (tx: TenantTx, { connection }: Arrival, facts: ReadonlyArray<GroupFact>) =>
  Effect.map(
    findPulledGroups(
      tx,
      connection,
      facts.map(({ id }) => id),
    ),
    (groups): Known => new Map(groups.map((group) => [group.sourceId, group])),
  );

/** A group is known from the first login that names it. */
const insert = Effect.fnUntraced(function* (tx: TenantTx, arrival: Arrival, facts: ReadonlyArray<GroupFact>) {
  const writes = facts.map(({ id: sourceId, kind, name }) => ({
    id: newGroupId(),
    sourceId,
    kind,
    parentSourceId: null,
    state: groupState({ displayName: name, externalId: sourceId }),
    cause: newId<EventId>(),
  }));
  yield* recordEvents(
    tx,
    writes.map(({ id, kind, cause }) => ({
      id: cause,
      type: "group.created",
      origin: arrival.origin,
      subject: { kind: "directory-group", id },
      data: { kind },
    })),
  );
  yield* insertPulledGroups(tx, arrival.connection, writes);
  return writes.map(({ sourceId, id, kind }) => [sourceId, { id, kind }] as const);
});

const knownGroups = Effect.fnUntraced(function* (
  tx: TenantTx,
  arrival: Arrival,
  facts: ReadonlyArray<GroupFact>,
) {
  const before = yield* listed(tx, arrival, facts);
  if (facts.every(({ id }) => before.has(id))) return before;
  yield* lockPeople(tx, arrival.connection);
  const now = yield* listed(tx, arrival, facts);
  const added = yield* insert(
    tx,
    arrival,
    facts.filter(({ id }) => !now.has(id)),
  );
  return new Map([...now, ...added]) as Known;
});

const tell = (
  tx: TenantTx,
  { origin }: Arrival,
  user: DirectoryUserId,
  verb: "joined" | "left",
  groups: ReadonlyArray<DirectoryGroupId>,
) =>
  recordEvent(tx, {
    type: `user.${verb}-groups`,
    origin,
    subject: { kind: "directory-user", id: user },
    data: { groups: groups.slice(0, 200), count: groups.length },
  });

/** What became of the groups that a reply told. */
interface Heard {
  /** Says what changed for the person; undefined where all was so before. */
  readonly event: EventId | undefined;
  /** Was all that the person now is in told by this very reply? Then nothing older is left to be believed. */
  readonly renews: boolean;
}

/** Keeps what was told. */
export const takeGroups = Effect.fn("takeGroups")(function* (
  tx: TenantTx,
  arrival: Arrival,
  user: DirectoryUserId,
  told: ToldGroups,
) {
  const { sound } = soundGroups(told.groups);
  const known = yield* knownGroups(tx, arrival, sound);
  const wanted = new Set(sound.flatMap(({ id }) => known.get(id)?.id ?? []));
  const now = yield* groupsHeld(tx, user);
  const held = new Set(now.map(({ id }) => id));
  const joined = [...wanted].filter((id) => !held.has(id));
  const left = now
    .filter(({ id, kind }) => !wanted.has(id) && told.complete.includes(kind))
    .map(({ id }) => id);
  let event: EventId | undefined;
  if (joined.length > 0) {
    const cause = yield* tell(tx, arrival, user, "joined", joined);
    yield* addMemberships(
      tx,
      joined.map((group) => ({ group, user, cause })),
    );
    event = cause;
  }
  if (left.length > 0) {
    event = yield* tell(tx, arrival, user, "left", left);
    yield* removeMemberships(
      tx,
      left.map((group) => ({ group, user })),
    );
  }
  const renews = now.every(({ id }) => wanted.has(id) || left.includes(id));
  return { event, renews } satisfies Heard as Heard;
});
