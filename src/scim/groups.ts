/** Groups: create, read, replace, patch, delete (RFC 7644 §3.3–§3.6). Members are rows, see `members.ts`. */
import { Effect } from "effect";
import { type DirectoryGroupId, type EventId, isUuid, NotFound } from "../domain/index.ts";
import {
  changedNames,
  deleteGroup,
  findGroup,
  type GroupRow,
  type GroupState,
  groupState,
  insertGroup,
  listMembers,
  lockGroup,
  memberIds,
  newGroupId,
  newId,
  recordEvent,
  updateGroup,
} from "../store/index.ts";
import { settleUsers } from "../sync/index.ts";
import { notModified, projectionOf, type ScimAnswer, type ScimContext } from "./context.ts";
import { readPatch, readResource } from "./dialect/index.ts";
import { changeMembers, type MemberDifference } from "./members.ts";
import { applyPatch, type MemberChange, splitMembers } from "./patch/index.ts";
import { render } from "./resource.ts";
import { isJsonList, isJsonObject, type JsonObject, project } from "./schema/index.ts";
import { groupVersion, isKnown, requireVersion } from "./version.ts";

/** Over this many members, a PATCH is answered without the group: the list would cost more than the change. */
const largeGroup = 1_000;

/** Does the client want to see members? Not reading them is what makes a large group cheap. */
const wantsMembers = (context: ScimContext): boolean =>
  "members" in project(context.types.Group, { members: [{ value: "asked" }] }, projectionOf(context));

/** Groups with their members: at most two queries for any number of them. */
export const renderGroups = Effect.fn("renderGroups")(function* (
  context: ScimContext,
  rows: ReadonlyArray<GroupRow>,
) {
  const { tx, baseUrl } = context;
  const ids = rows.map((row) => row.id);
  const members = Map.groupBy(
    wantsMembers(context) ? yield* listMembers(tx, ids) : [],
    (member) => member.groupId,
  );
  return rows.map((row) => {
    const of = (members.get(row.id) ?? []).map((member) => ({
      value: member.userId,
      $ref: `${baseUrl}/Users/${member.userId}`,
      type: "User",
      display: member.display,
    }));
    const lists = of.length === 0 ? {} : { members: of };
    const whole = render(context.types.Group, row, { lists, version: groupVersion(row), baseUrl });
    return project(context.types.Group, whole, projectionOf(context));
  });
});

const missing = (id: string) => new NotFound({ kind: "Group", id });

const headersOf = ({ baseUrl }: ScimContext, row: GroupRow) => ({
  location: `${baseUrl}/Groups/${row.id}`,
  version: groupVersion(row),
});

const answer = Effect.fnUntraced(function* (context: ScimContext, row: GroupRow, status: number) {
  const [body = {}] = yield* renderGroups(context, [row]);
  return { status, body, ...headersOf(context, row) } satisfies ScimAnswer;
});

const record = ({ tx, origin }: ScimContext, type: string, id: DirectoryGroupId, data: JsonObject) =>
  recordEvent(tx, { type, origin, subject: { kind: "directory-group", id }, data });

const recordMembers = (
  { tx, origin }: ScimContext,
  id: EventId,
  group: DirectoryGroupId,
  { added, removed }: MemberDifference,
) =>
  recordEvent(tx, {
    id,
    type: "group.members-changed",
    origin,
    subject: { kind: "directory-group", id: group },
    data: { added, removed },
  });

const sentMembers = (resource: JsonObject): ReadonlyArray<string> => {
  const members = resource["members"];
  return isJsonList(members)
    ? [...new Set(members.filter(isJsonObject).map((member) => String(member["value"])))]
    : [];
};

/** Removed by id, people are named. From an emptied list or a replaced one it only follows that they are to go. */
const weight = (changes: ReadonlyArray<MemberChange>, { removed }: MemberDifference) => {
  if (removed.length === 0) return {};
  const isById = changes.every(({ _tag }) => _tag === "Add" || _tag === "Remove");
  return isById ? { named: true as const } : { inferred: true as const };
};

/** Applies member changes, leaves one event when something changed, and brings the touched people up to date. */
const applyMembers = Effect.fnUntraced(function* (
  context: ScimContext,
  group: DirectoryGroupId,
  changes: ReadonlyArray<MemberChange>,
) {
  const event = newId<EventId>();
  const difference = yield* changeMembers(context, group, changes, event);
  const touched = [...difference.added, ...difference.removed];
  if (touched.length === 0) return false;
  yield* recordMembers(context, event, group, difference);
  const cause = { event, origin: context.origin, ...weight(changes, difference) };
  yield* settleUsers(context.tx, touched, cause, difference.removed.length > 0);
  return true;
});

export const createGroup = Effect.fn("createGroup")(function* (context: ScimContext, body: unknown) {
  const resource = yield* Effect.fromResult(readResource(context.dialect, context.types.Group, body));
  const id = newGroupId();
  const event = yield* record(context, "group.created", id, {});
  const row = yield* insertGroup(context.tx, context.connection, id, groupState(resource), event);
  const ids = sentMembers(resource);
  if (ids.length > 0) yield* applyMembers(context, id, [{ _tag: "Add", ids }]);
  return yield* answer(context, row, 201);
});

export const readGroup = Effect.fn("readGroup")(function* (context: ScimContext, id: string) {
  const row = isUuid(id) ? yield* findGroup(context.tx, context.connection, id) : undefined;
  if (row === undefined) return yield* missing(id);
  // Before the members are read: to ask again costs a large group's client nothing.
  const isSame = isKnown(context.conditions, groupVersion(row));
  return isSame ? notModified({ status: 304, ...headersOf(context, row) }) : yield* answer(context, row, 200);
});

const locked = Effect.fnUntraced(function* ({ tx, connection, conditions }: ScimContext, id: string) {
  const row = isUuid(id) ? yield* lockGroup(tx, connection, id) : undefined;
  if (row === undefined) return yield* missing(id);
  yield* requireVersion(conditions, groupVersion(row));
  return row;
});

/** Rules may name a group by its name or external id: a change of these touches every member. */
const decides = (before: GroupRow, after: GroupState): boolean =>
  before.displayName !== after.displayName || before.externalId !== after.externalId;

/** Keeps the new state and members if they differ, and gives the row as it is then. */
const change = Effect.fnUntraced(function* (
  context: ScimContext,
  before: GroupRow,
  state: GroupState,
  members: ReadonlyArray<MemberChange>,
) {
  const { tx, origin } = context;
  const attributes = changedNames(before.resource, state.resource);
  const membersMoved = yield* applyMembers(context, before.id, members);
  if (attributes.length === 0 && !membersMoved) return before;
  const event =
    attributes.length === 0 ? undefined : yield* record(context, "group.updated", before.id, { attributes });
  const row = yield* updateGroup(tx, before.id, state, event);
  if (event !== undefined && decides(before, state)) {
    yield* settleUsers(tx, yield* memberIds(tx, before.id), { event, origin, inferred: true }, true);
  }
  return row;
});

export const replaceGroup = Effect.fn("replaceGroup")(function* (
  context: ScimContext,
  id: string,
  body: unknown,
) {
  const before = yield* locked(context, id);
  const resource = yield* Effect.fromResult(readResource(context.dialect, context.types.Group, body));
  const ids = sentMembers(resource);
  const row = yield* change(context, before, groupState(resource), [{ _tag: "Replace", ids }]);
  return yield* answer(context, row, 200);
});

/** Entra wants 204 (UG "General"), and nobody wants a list of many thousand members back for one change. */
const answersEmpty = Effect.fnUntraced(function* (context: ScimContext, group: DirectoryGroupId) {
  // RFC 7644 §3.5.2: who names attributes gets them.
  if (context.query.has("attributes")) return false;
  if (context.anonymousClient || !wantsMembers(context)) return context.anonymousClient;
  return (yield* memberIds(context.tx, group, largeGroup + 1)).length > largeGroup;
});

export const patchGroup = Effect.fn("patchGroup")(function* (
  context: ScimContext,
  id: string,
  body: unknown,
) {
  const before = yield* locked(context, id);
  const operations = yield* Effect.fromResult(readPatch(context.dialect, context.types.Group, body));
  const { attributes, members } = yield* Effect.fromResult(splitMembers(operations));
  const resource = yield* Effect.fromResult(applyPatch(context.types.Group, before.resource, attributes));
  const row = yield* change(context, before, groupState(resource), members);
  if (yield* answersEmpty(context, row.id)) {
    return { status: 204, ...headersOf(context, row) } satisfies ScimAnswer;
  }
  return yield* answer(context, row, 200);
});

export const removeGroup = Effect.fn("removeGroup")(function* (context: ScimContext, id: string) {
  const { tx, origin } = context;
  const before = yield* locked(context, id);
  const members = yield* memberIds(tx, before.id);
  const event = yield* record(context, "group.deleted", before.id, { members: members.length });
  yield* deleteGroup(tx, before.id);
  yield* settleUsers(tx, members, { event, origin, inferred: true }, true);
  return { status: 204 } satisfies ScimAnswer;
});
