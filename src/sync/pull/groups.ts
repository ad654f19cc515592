/** The source's groups and roles become directory groups. */
import { Effect } from "effect";
import type { GroupFact } from "../../../connectors/connector.ts";
import type { DirectoryGroupId, EventId, GroupKind } from "../../domain/index.ts";
import {
  accountsOf,
  addPending,
  type GroupWrite,
  groupState,
  insertPulledGroups,
  listPulledGroups,
  type NewEvent,
  newGroupId,
  newId,
  type PulledGroup,
  pulledMembersOf,
  type TenantTx,
  updatePulledGroups,
} from "../../store/index.ts";
import { inferredBy, inRun, type Pull, tell } from "./pull.ts";
import { soundGroups } from "./sound.ts";

/** A group by the source's id, as far as the steps after this one need it. */
export interface KnownGroup {
  readonly id: DirectoryGroupId;
  readonly kind: GroupKind;
}

/** Every group of the connection as it is kept, by the source's id. */
export const keptGroups = (pull: Pull) =>
  Effect.map(
    inRun(pull, (tx) => listPulledGroups(tx, pull.connection)),
    (groups) => new Map(groups.map((group) => [group.sourceId, group])),
  );

interface Change {
  readonly write: GroupWrite;
  readonly event: Omit<NewEvent, "origin">;
  /** Rules may name a group by its name: a change of it touches every member. */
  readonly renamed: boolean;
}

const write = (id: DirectoryGroupId, { id: sourceId, kind, parent, name }: GroupFact): GroupWrite => ({
  id,
  sourceId,
  kind,
  parentSourceId: parent,
  state: groupState({ displayName: name, externalId: sourceId }),
  cause: newId<EventId>(),
});

const change = (type: string, made: GroupWrite, attributes: ReadonlyArray<string>): Change => ({
  write: made,
  event: {
    id: made.cause,
    type,
    subject: { kind: "directory-group", id: made.id },
    data: { kind: made.kind, ...(attributes.length === 0 ? {} : { attributes }) },
  },
  renamed: attributes.includes("displayName"),
});

const changedIn = (before: PulledGroup, fact: GroupFact): ReadonlyArray<string> => [
  ...(before.name === fact.name ? [] : ["displayName"]),
  ...(before.kind === fact.kind ? [] : ["kind"]),
  ...(before.parentSourceId === fact.parent ? [] : ["parent"]),
];

/** Is there nothing new in this? */
export const isKept = (before: PulledGroup | undefined, fact: GroupFact): boolean =>
  before !== undefined && changedIn(before, fact).length === 0;

const alteration = (before: PulledGroup, fact: GroupFact): ReadonlyArray<Change> => {
  const attributes = changedIn(before, fact);
  return attributes.length === 0 ? [] : [change("group.updated", write(before.id, fact), attributes)];
};

const lookAgain = Effect.fnUntraced(function* (tx: TenantTx, pull: Pull, changed: ReadonlyArray<Change>) {
  for (const { write: group, renamed } of changed) {
    if (!renamed) continue;
    const members = yield* pulledMembersOf(tx, [group.id]);
    const accounts = yield* accountsOf(
      tx,
      members.map(({ userId }) => userId),
    );
    if (accounts.length > 0) {
      yield* addPending(
        tx,
        accounts.map((id) => ({ id, cause: group.cause })),
        { loses: true, inferred: inferredBy(pull) },
      );
    }
  }
});

/** Keeps what the source says about these groups, and gives every group of the connection by the source's id. */
export const keepGroups = Effect.fn("keepGroups")(function* (pull: Pull, facts: ReadonlyArray<GroupFact>) {
  const { sound, failures } = soundGroups(facts);
  const { known, counts } = yield* inRun(
    pull,
    Effect.fnUntraced(function* (tx, origin) {
      const before = new Map(
        (yield* listPulledGroups(tx, pull.connection)).map((group) => [group.sourceId, group]),
      );
      const added = sound
        .filter(({ id }) => !before.has(id))
        .map((fact) => change("group.created", write(newGroupId(), fact), []));
      const changed = sound.flatMap((fact) => {
        const group = before.get(fact.id);
        return group === undefined ? [] : alteration(group, fact);
      });
      yield* tell(
        tx,
        pull,
        origin,
        [...added, ...changed].map(({ event }) => event),
      );
      yield* insertPulledGroups(
        tx,
        pull.connection,
        added.map((one) => one.write),
      );
      yield* updatePulledGroups(
        tx,
        changed.map((one) => one.write),
      );
      yield* lookAgain(tx, pull, changed);
      const groups = new Map<string, KnownGroup>(before);
      for (const { write: made } of added) groups.set(made.sourceId, made);
      return { known: groups, counts: { added: added.length, changed: changed.length } };
    }),
  );
  yield* pull.progress.add("groups", { ...counts, failed: failures.length });
  yield* pull.progress.refuse(failures);
  return known;
});
