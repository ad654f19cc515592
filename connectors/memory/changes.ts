/** What the journal says since it was last asked, and one group with all that is nested in it. */
import { Effect, Schema } from "effect";
import type { JsonObject } from "../../src/domain/index.ts";
import type { Branch, Changes, ConnectorFailure, Gone, GroupFact } from "../connector.ts";
import { type Directory, type Fault, page, pageSize, told } from "./directory.ts";

/** How many hints were ever told, so that it stays true when the journal is cleared. */
const Cursor = Schema.Struct({ position: Schema.Int });
const isCursor = Schema.is(Cursor);

export const changes = Effect.fn("memory.changes")(function* (
  directory: Directory,
  fault: Fault | undefined,
  cursor: JsonObject | null,
) {
  if (fault?._tag === "FailChanges" || fault?._tag === "FailAt")
    return yield* told("to say what changed", fault);
  if (fault?._tag === "Silence") return yield* Effect.never;
  const { hints, cleared } = directory.journal ?? { hints: [], cleared: 0 };
  const end = cleared + hints.length;
  const from = isCursor(cursor) ? Math.max(cleared, Math.min(cursor.position, end)) : end;
  const position = Math.min(from + pageSize, end);
  return {
    hints: hints.slice(from - cleared, position - cleared),
    cursor: { position },
    more: position < end,
  } satisfies Changes;
});

/** The group itself, then level by level those nested in it. */
const nested = (groups: ReadonlyArray<GroupFact>, top: GroupFact) => {
  const found = new Map([[top.id, top]]);
  for (const { id } of found.values())
    for (const group of groups) if (group.parent === id) found.set(group.id, group);
  return [...found.values()];
};

export const branch = Effect.fn("memory.branch")(function* (
  directory: Directory,
  fault: Fault | undefined,
  noCanary: ConnectorFailure,
  id: string,
  kind: GroupFact["kind"],
) {
  const visible = yield* page(directory.users, 0, 0, fault);
  const top = directory.groups.find((group) => group.id === id && group.kind === kind);
  if (top === undefined)
    return yield* visible.length === 0 ? noCanary : Effect.succeed<Gone>({ _tag: "Gone" });
  const groups = nested(directory.groups, top);
  const members = new Map<string, Array<string>>(groups.map((group) => [group.id, []]));
  for (const { group, user } of directory.memberships) members.get(group)?.push(user);
  return { _tag: "Branch", groups, members } satisfies Branch;
});
