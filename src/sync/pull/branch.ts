/** A group that the source named, with all that are nested in it and everyone in them. */
import { Effect, Schedule, Stream } from "effect";
import { type Branch, ConnectorFailure, type GroupFact, type Source } from "../../../connectors/connector.ts";
import { findPulledUserIds, type PulledGroup } from "../../store/index.ts";
import { keepGroups, keptGroups } from "./groups.ts";
import { keepMembers } from "./members.ts";
import { inRun, type Pull } from "./pull.ts";
import { removeSuspects } from "./removals.ts";
import { isSoundId } from "./sound.ts";
import { type Suspected, type SuspectGroup, suspectMemberships } from "./suspects.ts";
import { keepUsers } from "./users.ts";

/** Requests at a time for people whom nobody has seen yet, and how many of them are kept together. */
const concurrency = 8;
const together = 200;
/** Memberships that are compared in one transaction, save where one group alone has more. */
const most = 5_000;

export type GroupName = Pick<GroupFact, "id" | "kind">;

/** The stored group of this id with all that are stored below it. The source may have said that groups stand in a circle. */
export const storedBelow = (stored: ReadonlyMap<string, PulledGroup>, top: string): ReadonlySet<string> => {
  const children = Map.groupBy(stored.values(), ({ parentSourceId }) => parentSourceId);
  const found = new Set([top]);
  for (const id of found) for (const { sourceId } of children.get(id) ?? []) found.add(sourceId);
  return found;
};

const suspectOf = (
  stored: ReadonlyMap<string, PulledGroup>,
  ids: Iterable<string>,
): ReadonlyArray<SuspectGroup> =>
  [...ids].flatMap((sourceId) => {
    const group = stored.get(sourceId);
    return group === undefined ? [] : [{ _tag: "Group", id: group.id, sourceId, kind: group.kind }];
  });

/** People in these groups whom we do not know yet: each is asked for by id. */
const meetStrangers = Effect.fnUntraced(function* (pull: Pull, source: Source, { members }: Branch) {
  const all = [...new Set([...members.values()].flat())].filter(isSoundId);
  const known = yield* inRun(pull, (tx) => findPulledUserIds(tx, pull.connection, all));
  yield* Stream.fromIterable(all.filter((id) => !known.has(id))).pipe(
    Stream.mapEffect(source.one, { concurrency }),
    Stream.filter((answer) => answer._tag === "Found"),
    Stream.grouped(together),
    Stream.runForEach((found) => {
      const facts = found.flatMap((answer) => (answer._tag === "Found" ? [answer.user] : []));
      return Effect.andThen(pull.progress.add("users", { read: facts.length }), keepUsers(pull, facts));
    }),
  );
});

interface Listed {
  readonly group: PulledGroup["id"];
  readonly users: ReadonlyArray<string>;
}

/** Lists that are compared together. */
const portions = (lists: ReadonlyArray<Listed>): ReadonlyArray<ReadonlyArray<Listed>> => {
  const made: Array<Array<Listed>> = [];
  let size = 0;
  for (const list of lists) {
    if (made.length === 0 || size + list.users.length > most) {
      made.push([]);
      size = 0;
    }
    made.at(-1)?.push(list);
    size += list.users.length;
  }
  return made;
};

const notAsked = new ConnectorFailure({
  reason: "malformed",
  detail: "Asked for one group, the source answered with others.",
});

/** Keeps all that the branch says; gives what of ours it does not show. */
const keepBranch = Effect.fnUntraced(function* (
  pull: Pull,
  source: Source,
  branch: Branch,
  below: ReadonlySet<string>,
) {
  const there = new Set(branch.groups.map(({ id }) => id));
  yield* pull.progress.add("groups", { read: there.size });
  const known = yield* keepGroups(pull, branch.groups);
  yield* meetStrangers(pull, source, branch);
  const lists = [...there].flatMap((id): ReadonlyArray<Listed> => {
    const group = known.get(id);
    return group === undefined ? [] : [{ group: group.id, users: branch.members.get(id) ?? [] }];
  });
  yield* pull.progress.add("memberships", { read: lists.reduce((sum, { users }) => sum + users.length, 0) });
  const missing = (yield* Effect.forEach(portions(lists), (some) => keepMembers(pull, some))).flat();
  const byId = new Map([...known].map(([sourceId, group]) => [group.id, { ...group, sourceId }]));
  return {
    groups: [...below].filter((id) => !there.has(id)),
    memberships: suspectMemberships(missing, byId),
  };
});

/** A branch that changed while it was read is read again: about three seconds in all. */
const whileItMoves = {
  schedule: Schedule.exponential("200 millis"),
  times: 4,
  while: ({ reason }: ConnectorFailure) => reason === "conflict",
};

/**
 * Brings a group up to date, with those nested in it and all their members. What the source no longer shows below it is
 * asked for by id; what turns out to live elsewhere is read there. `visited`: groups that were read meanwhile.
 */
export const takeBranch = Effect.fn("takeBranch")(function* (
  pull: Pull,
  source: Source,
  wanted: GroupName,
  visited: Set<string>,
) {
  if (source.branch === undefined) return;
  const waiting = [wanted];
  for (const next of waiting) {
    if (visited.has(next.id)) continue;
    visited.add(next.id);
    const stored = yield* keptGroups(pull);
    const below = storedBelow(stored, next.id);
    const answer = yield* Effect.retry(source.branch(next.id, next.kind), whileItMoves);
    if (answer._tag === "Branch" && !answer.groups.some(({ id }) => id === next.id)) return yield* notAsked;
    if (answer._tag === "Branch") for (const { id } of answer.groups) visited.add(id);
    const { groups, memberships } =
      answer._tag === "Gone"
        ? { groups: below, memberships: [] }
        : yield* keepBranch(pull, source, answer, below);
    const suspects: ReadonlyArray<Suspected> = [...memberships, ...suspectOf(stored, groups)];
    yield* removeSuspects(pull, source, Stream.fromIterable(suspects));
    const left = yield* keptGroups(pull);
    for (const id of groups) if (!left.has(id)) visited.add(id);
    waiting.push(...suspectOf(left, groups).map(({ sourceId: id, kind }) => ({ id, kind })));
  }
});

const cannotAsk = new ConnectorFailure({
  reason: "refused",
  detail: "This connection cannot be asked for one group: it can only be read as a whole.",
});

/** Brings one group up to date that an operator asked for. */
export const takeGroup = Effect.fn("takeGroup")(function* (
  pull: Pull,
  source: Source,
  group: PulledGroup["id"],
) {
  const stored = [...(yield* keptGroups(pull)).values()].find(({ id }) => id === group);
  if (stored === undefined) return;
  if (source.branch === undefined) return yield* cannotAsk;
  yield* takeBranch(pull, source, { id: stored.sourceId, kind: stored.kind }, new Set());
  yield* pull.progress.end("users", "groups", "memberships", "removals");
});
