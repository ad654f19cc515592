/** Who would come and go, between what is stored of a group and what the source says of it. */
import { Effect } from "effect";
import type { Branch, Gone } from "../../../connectors/connector.ts";
import type { DirectoryUserId, GroupFact } from "../../domain/index.ts";
import {
  type ConnectionRow,
  findPulledUserIds,
  listPulledGroups,
  newGroupId,
  type PulledGroup,
  pulledMembersOf,
  type TenantTx,
} from "../../store/index.ts";
import { isSoundId, soundGroups, storedBelow } from "../pull/index.ts";

export type MovedGroup = Omit<GroupFact, "cause"> & { readonly externalId: string };

/** A group as the source says it, and whether that is new. */
export interface ReadGroup {
  readonly group: MovedGroup;
  readonly isKnown: boolean;
  readonly isRenamed: boolean;
  readonly members: ReadonlyArray<string>;
}

/** One person who is in other groups than before, or in one that is called otherwise. */
export interface Move {
  readonly user: DirectoryUserId;
  readonly sourceId: string;
  readonly joins: Array<MovedGroup>;
  readonly leaves: Array<MovedGroup>;
  readonly renamed: Array<MovedGroup>;
}

const storedGroup = ({ id, sourceId, name, kind }: PulledGroup): MovedGroup => ({
  ...{ id, name, kind },
  externalId: sourceId,
});

const readGroups = (known: ReadonlyMap<string, PulledGroup>, branch: Branch): ReadonlyArray<ReadGroup> =>
  soundGroups(branch.groups).sound.map(({ id: externalId, name, kind }) => {
    const before = known.get(externalId);
    return {
      group: { id: before?.id ?? newGroupId(), externalId, name, kind },
      isKnown: before !== undefined,
      isRenamed: before !== undefined && before.name !== name,
      members: (branch.members.get(externalId) ?? []).filter(isSoundId),
    };
  });

/** What of `now` and `before` differs, person by person. Strangers are left out. */
const movesOf = (
  read: ReadonlyArray<ReadGroup>,
  gone: ReadonlyArray<MovedGroup>,
  before: ReadonlyMap<string, ReadonlyArray<{ readonly userId: DirectoryUserId; readonly sourceId: string }>>,
  users: ReadonlyMap<string, DirectoryUserId>,
): ReadonlyArray<Move> => {
  const moves = new Map<string, Move>();
  const of = (user: DirectoryUserId, sourceId: string): Move => {
    const move = moves.get(sourceId) ?? { user, sourceId, joins: [], leaves: [], renamed: [] };
    moves.set(sourceId, move);
    return move;
  };
  for (const { group, members, isRenamed } of read) {
    const stored = before.get(group.id) ?? [];
    const had = new Set(stored.map(({ sourceId }) => sourceId));
    const has = new Set(members);
    for (const sourceId of has) {
      const user = users.get(sourceId);
      if (user !== undefined && !had.has(sourceId)) of(user, sourceId).joins.push(group);
      else if (user !== undefined && isRenamed) of(user, sourceId).renamed.push(group);
    }
    for (const { userId, sourceId } of stored)
      if (!has.has(sourceId)) of(userId, sourceId).leaves.push(group);
  }
  for (const group of gone)
    for (const { userId, sourceId } of before.get(group.id) ?? []) of(userId, sourceId).leaves.push(group);
  return [...moves.values()];
};

/** `hidden`: stored below the group, and not shown there any more. Only asking for each tells what became of them. */
export const readMoves = Effect.fn("trace.moves")(function* (
  tx: TenantTx,
  { id: connection }: ConnectionRow,
  sourceId: string,
  answer: Branch | Gone,
) {
  const known = new Map((yield* listPulledGroups(tx, connection)).map((group) => [group.sourceId, group]));
  const below = [...storedBelow(known, sourceId)].flatMap((id) => known.get(id) ?? []);
  const read = answer._tag === "Gone" ? [] : readGroups(known, answer);
  const shown = new Set(read.map(({ group }) => group.externalId));
  const hidden = below.filter((group) => !shown.has(group.sourceId)).map(storedGroup);
  const gone = answer._tag === "Gone" ? hidden : [];
  const told = [...new Set(read.flatMap(({ members }) => members))];
  const users = yield* findPulledUserIds(tx, connection, told);
  const ids = [...read.map(({ group }) => group.id), ...gone.map(({ id }) => id)];
  const before = Map.groupBy(yield* pulledMembersOf(tx, ids), ({ groupId }): string => groupId);
  return {
    group: known.get(sourceId)?.id ?? null,
    read,
    hidden: answer._tag === "Gone" ? [] : hidden,
    refused: answer._tag === "Gone" ? 0 : answer.groups.length - read.length,
    strangers: told.filter((id) => !users.has(id)),
    moves: movesOf(read, gone, before, users),
  };
});
export type Moves = Effect.Success<ReturnType<typeof readMoves>>;
