/** Changes of a group's members, as rows: the cost is that of the change, not of the group. */
import { Effect } from "effect";
import {
  type DirectoryGroupId,
  type DirectoryUserId,
  type EventId,
  InvalidValue,
  isUuid,
} from "../domain/index.ts";
import {
  addMembers,
  admitMembers,
  knownUsers,
  listMembers,
  removeMembers,
  removeOthers,
} from "../store/index.ts";
import type { ScimContext } from "./context.ts";
import { evaluate } from "./filter/index.ts";
import type { MemberChange } from "./patch/index.ts";

export interface MemberDifference {
  readonly added: ReadonlyArray<DirectoryUserId>;
  readonly removed: ReadonlyArray<DirectoryUserId>;
}

/** Each reads every member: a thousand in one request would keep a large group's server busy for minutes. */
const maxSearches = 5;
const tooManySearches = new InvalidValue({
  detail: `At most ${maxSearches} operations may select members by anything but "value". Name the members' ids.`,
});

const nothing: MemberDifference = { added: [], removed: [] };

/** Every id must be a user of this connection: a member that cannot be added must not be answered 2xx. */
const requireAll = (ids: ReadonlyArray<string>, known: ReadonlyArray<string>) => {
  if (known.length === ids.length) return Effect.void;
  const found = new Set(known);
  const unknown = ids.find((id) => !found.has(id)) ?? "";
  return Effect.fail(
    new InvalidValue({
      detail: `"members": there is no User ${unknown.slice(0, 100)} here. Create the user first.`,
    }),
  );
};

const applyOne = Effect.fnUntraced(function* (
  context: ScimContext,
  group: DirectoryGroupId,
  change: MemberChange,
  cause: EventId,
) {
  const { tx, connection } = context;
  switch (change._tag) {
    case "Add": {
      const ids = change.ids.filter(isUuid);
      const admitted = ids.length === 0 ? [] : yield* admitMembers(tx, { connection, group, ids, cause });
      yield* requireAll(
        change.ids,
        admitted.map(({ id }) => id),
      );
      return { ...nothing, added: admitted.flatMap(({ id, added }) => (added ? [id] : [])) };
    }
    case "Remove":
      return { ...nothing, removed: yield* removeMembers(tx, group, change.ids.filter(isUuid)) };
    case "RemoveAll":
      return { ...nothing, removed: yield* removeOthers(tx, group, []) };
    case "Replace": {
      const users =
        change.ids.length === 0 ? [] : yield* knownUsers(tx, connection, change.ids.filter(isUuid));
      yield* requireAll(change.ids, users);
      const removed = yield* removeOthers(tx, group, users);
      return { removed, added: yield* addMembers(tx, group, users, cause) };
    }
    case "RemoveWhere": {
      const members = yield* listMembers(tx, [group]);
      const hit = members.filter(({ userId, display }) =>
        evaluate(change.filter, { value: userId, display, type: "User" }),
      );
      const ids = hit.map(({ userId }) => userId);
      return { ...nothing, removed: yield* removeMembers(tx, group, ids) };
    }
  }
});

/** Applies the changes in order and tells the net difference: removed and added again is no difference. */
export const changeMembers = Effect.fn("changeMembers")(function* (
  context: ScimContext,
  group: DirectoryGroupId,
  changes: ReadonlyArray<MemberChange>,
  cause: EventId,
) {
  const searches = changes.filter(({ _tag }) => _tag === "RemoveWhere").length;
  if (searches > maxSearches) return yield* tooManySearches;
  const added = new Set<DirectoryUserId>();
  const removed = new Set<DirectoryUserId>();
  for (const change of changes) {
    const step = yield* applyOne(context, group, change, cause);
    for (const id of step.removed) if (!added.delete(id)) removed.add(id);
    for (const id of step.added) if (!removed.delete(id)) added.add(id);
  }
  return { added: [...added], removed: [...removed] } satisfies MemberDifference;
});
