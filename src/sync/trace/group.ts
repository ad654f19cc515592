/** What follows from what the source says of one group, with those nested in it: who comes and goes, and their roles. */
import { Clock, Effect } from "effect";
import type { Branch, Gone } from "../../../connectors/connector.ts";
import type { AccountId, DesiredRole, DirectoryGroupId, GroupKind, PushMode } from "../../domain/index.ts";
import {
  type CompiledMapping,
  desiredRoles,
  difference,
  roleKey,
  rulesLookingAt,
} from "../../mapping/index.ts";
import {
  accountsOf,
  type ConnectionRow,
  loadStandings,
  type Standing,
  type TenantTx,
} from "../../store/index.ts";
import { publishedMapping } from "../mapping-cache.ts";
import { type Move, type MovedGroup, type Moves, type ReadGroup, readMoves } from "./moves.ts";
import { uncounted } from "./scope.ts";
import { marksOf, nobodyYet } from "./supposed.ts";
import { writesFor } from "./writes.ts";

/** People whose roles are worked out, and of them those that are shown one by one. */
const mostWorkedOut = 500;
const mostShown = 50;

export interface TracedBranchGroup {
  readonly id: string;
  readonly name: string;
  readonly kind: GroupKind;
  readonly members: number;
  readonly isKnown: boolean;
  /** The rules of the mapping in force that look at it. */
  readonly rules: ReadonlyArray<string>;
}

export interface TracedMember {
  readonly account: AccountId;
  readonly sourceId: string;
  readonly joins: ReadonlyArray<string>;
  readonly leaves: ReadonlyArray<string>;
  readonly gained: ReadonlyArray<DesiredRole>;
  readonly lost: ReadonlyArray<DesiredRole>;
}

/** How many people gain or lose a role. */
export interface TracedCount {
  readonly role: string;
  readonly scope: string;
  readonly people: number;
}

export interface TracedGroupPush {
  readonly connection: string;
  readonly mode: PushMode;
  /** For how many of those who are shown something would be written. */
  readonly people: number;
}

export interface GroupTraced {
  readonly sourceId: string;
  readonly read: { readonly found: boolean; readonly groups: ReadonlyArray<TracedBranchGroup> };
  readonly scope: { readonly kept: boolean; readonly sentences: ReadonlyArray<string> };
  /** Null where we do not know it yet. */
  readonly group: DirectoryGroupId | null;
  readonly match: {
    readonly sentences: ReadonlyArray<string>;
    readonly joins: number;
    readonly leaves: number;
    /** The source's ids of people in it whom we do not know yet: the first fifty. */
    readonly strangers: ReadonlyArray<string>;
  };
  readonly map: { readonly gained: ReadonlyArray<TracedCount>; readonly lost: ReadonlyArray<TracedCount> };
  readonly act: {
    /** The first fifty who come, go, gain or lose. */
    readonly people: ReadonlyArray<TracedMember>;
    readonly pushes: ReadonlyArray<TracedGroupPush>;
  };
}

const shownGroup =
  (mapping: CompiledMapping, { slug }: ConnectionRow) =>
  ({ group, isKnown, members }: ReadGroup): TracedBranchGroup => ({
    ...{ id: group.externalId, name: group.name, kind: group.kind, members: members.length, isKnown },
    rules: rulesLookingAt(mapping, group, slug),
  });

/** The groups into which we put people are no reason for anything: `${person} ${group}`, by the source's ids. */
const oursOf = (marks: Effect.Success<ReturnType<typeof marksOf>>): ReadonlySet<string> =>
  new Set(
    marks.filter(({ fact }) => fact === "membership").map(({ subject, object }) => `${subject} ${object}`),
  );

/** Somebody's groups after the move. */
const movedTo = (
  groups: Standing["people"][number]["groups"],
  move: Move,
  ours: ReadonlySet<string>,
): Standing["people"][number]["groups"] => {
  const left = new Set(move.leaves.map(({ id }) => id));
  const renamed = new Map(move.renamed.map((group) => [group.id, group.name]));
  const joined = move.joins.filter(({ externalId }) => !ours.has(`${move.sourceId} ${externalId}`));
  return [
    ...groups
      .filter(({ id }) => !left.has(id))
      .map((group) => ({ ...group, name: renamed.get(group.id) ?? group.name })),
    ...joined.map((group) => ({ ...group, cause: nobodyYet })),
  ];
};

const named = (groups: ReadonlyArray<MovedGroup>) => groups.map(({ name }) => name);

const workOut = Effect.fnUntraced(function* (
  tx: TenantTx,
  row: ConnectionRow,
  mapping: CompiledMapping,
  moves: ReadonlyArray<Move>,
) {
  const now = yield* Clock.currentTimeMillis;
  const byUser = new Map(moves.map((move) => [move.user, move]));
  const accounts = yield* accountsOf(tx, [...byUser.keys()]);
  const ours = oursOf(yield* marksOf(tx, row, accounts));
  return (yield* loadStandings(tx, accounts)).flatMap((standing) => {
    const move = standing.people.flatMap(({ id }) => byUser.get(id) ?? [])[0];
    if (move === undefined) return [];
    const people = standing.people.map((person) =>
      person.id === move.user ? { ...person, groups: movedTo(person.groups, move, ours) } : person,
    );
    const desired = desiredRoles({ ...standing, people }, mapping, now);
    const { gained, lost } = difference(standing.roles, desired.roles);
    const { account } = standing;
    const { sourceId } = move;
    const member: TracedMember = {
      ...{ account, sourceId, gained, lost },
      joins: named(move.joins),
      leaves: named(move.leaves),
    };
    return [{ member, supposed: { active: desired.active, roles: desired.roles } }];
  });
});

const counted = (roles: ReadonlyArray<DesiredRole>): ReadonlyArray<TracedCount> =>
  [...Map.groupBy(roles, roleKey).values()].flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : [{ role: first.role, scope: first.scope, people: same.length }];
  });

const scopeOf = (row: ConnectionRow, { hidden, refused }: Moves): ReadonlyArray<string> => {
  const sentences = [
    ...uncounted(row),
    ...(refused === 0 ? [] : [`${refused} of the groups cannot be kept.`]),
    ...(hidden.length === 0
      ? []
      : [
          `${hidden.map(({ name }) => name).join(", ")}: no longer there. Keeping it asks what became of it.`,
        ]),
  ];
  return sentences.length === 0 ? ["All of it is kept, and counts."] : sentences;
};

const matchOf = ({ read, strangers, moves, group }: Moves): ReadonlyArray<string> => {
  const people = new Set(read.flatMap(({ members }) => members)).size;
  return [
    group === null ? "We do not know this group yet." : `It is the directory group ${group}.`,
    `${people} people are in it, of whom we know ${people - strangers.length}.`,
    ...(strangers.length === 0 ? [] : ["The others are read one by one when it is kept."]),
    ...(moves.length <= mostWorkedOut
      ? []
      : [`What follows is worked out for the first ${mostWorkedOut} of the ${moves.length} who move.`]),
  ];
};

const isGone = "The source has no such group while it shows others: it is gone, and everyone in it leaves.";

/** Writes nothing. `sourceId`: the group that was asked for. */
export const traceBranch = Effect.fn("traceBranch")(function* (
  tx: TenantTx,
  row: ConnectionRow,
  sourceId: string,
  answer: Branch | Gone,
) {
  const { mapping } = yield* publishedMapping(tx);
  const moves = yield* readMoves(tx, row, sourceId, answer);
  const worked = yield* workOut(tx, row, mapping, moves.moves.slice(0, mostWorkedOut));
  const shown = worked.slice(0, mostShown);
  const found = answer._tag === "Branch";
  const sum = (of: (move: Move) => number) => moves.moves.reduce((all, move) => all + of(move), 0);
  return {
    sourceId,
    read: { found, groups: moves.read.map(shownGroup(mapping, row)) },
    scope: { kept: found, sentences: found ? scopeOf(row, moves) : [isGone] },
    group: moves.group,
    match: {
      sentences: matchOf(moves),
      joins: sum(({ joins }) => joins.length),
      leaves: sum(({ leaves }) => leaves.length),
      strangers: moves.strangers.slice(0, mostShown),
    },
    map: {
      gained: counted(worked.flatMap(({ member }) => member.gained)),
      lost: counted(worked.flatMap(({ member }) => member.lost)),
    },
    act: { people: shown.map(({ member }) => member), pushes: yield* writtenFor(tx, shown) },
  } satisfies GroupTraced as GroupTraced;
});

const writtenFor = Effect.fnUntraced(function* (
  tx: TenantTx,
  shown: Effect.Success<ReturnType<typeof workOut>>,
) {
  const all = yield* writesFor(tx, new Map(shown.map(({ member, supposed }) => [member.account, supposed])));
  return all.map(({ connection, mode, writes }): TracedGroupPush => {
    const written = [...writes.values()].filter((changes) => changes === null || changes.length > 0);
    return { connection, mode, people: written.length };
  });
});
