/** Users: create, read, replace, patch, delete (RFC 7644 §3.3–§3.6). Routes call these; they know no HTTP. */
import { Effect } from "effect";
import { type EventId, isUuid, NotFound, type Unavailable } from "../domain/index.ts";
import {
  changedNames,
  changeOf,
  deleteUser,
  findUser,
  insertUser,
  lockEmails,
  lockGroupsOf,
  lockUser,
  loseLinks,
  newUserId,
  personalOf,
  recordEvent,
  type UserRow,
  type UserState,
  updateUser,
  userState,
} from "../store/index.ts";
import { correlateAll, settleAccounts, settleUsers, useInvitations } from "../sync/index.ts";
import { notModified, projectionOf, type ScimAnswer, type ScimContext } from "./context.ts";
import { readPatch, readResource } from "./dialect/index.ts";
import { requireDomains } from "./domains.ts";
import { applyPatch } from "./patch/index.ts";
import { render } from "./resource.ts";
import { type JsonObject, project } from "./schema/index.ts";
import { isKnown, requireVersion, userVersion } from "./version.ts";

export const renderUser = (context: ScimContext, row: UserRow) => {
  const { baseUrl } = context;
  const of = row.groups.map(({ id, display }) => ({
    value: id,
    $ref: `${baseUrl}/Groups/${id}`,
    display,
    type: "direct",
  }));
  const lists = of.length === 0 ? {} : { groups: of };
  const whole = render(context.types.User, row, { lists, version: userVersion(row), baseUrl });
  return project(context.types.User, whole, projectionOf(context));
};

const missing = (id: string) => new NotFound({ kind: "User", id });

const answer = (context: ScimContext, row: UserRow, status: number): ScimAnswer => ({
  status,
  body: renderUser(context, row),
  location: `${context.baseUrl}/Users/${row.id}`,
  version: userVersion(row),
});

const record = (
  { tx, origin }: ScimContext,
  type: string,
  id: string,
  data: JsonObject,
  personal?: JsonObject,
): Effect.Effect<EventId, Unavailable> =>
  recordEvent(tx, {
    type,
    origin,
    subject: { kind: "directory-user", id },
    data,
    ...(personal === undefined ? {} : { personal }),
  });

export const createUser = Effect.fn("createUser")(function* (context: ScimContext, body: unknown) {
  const { tx, connection, origin, dialect, types } = context;
  const resource = yield* Effect.fromResult(readResource(dialect, types.User, body));
  const state = userState({ active: true, ...resource }, true);
  yield* requireDomains(context, undefined, state);
  const id = newUserId();
  const event = yield* record(context, "user.created", id, { active: state.active }, personalOf(state));
  const row = yield* insertUser(tx, connection, id, state, event);
  const accounts = yield* correlateAll(tx, connection, [{ user: id, keys: state, cause: event }], origin);
  yield* settleAccounts(tx, accounts, { event, origin }, false);
  return answer(context, row, 201);
});

export const readUser = Effect.fn("readUser")(function* (context: ScimContext, id: string) {
  const row = isUuid(id) ? yield* findUser(context.tx, { connection: context.connection, id }) : undefined;
  if (row === undefined) return yield* missing(id);
  const found = answer(context, row, 200);
  return isKnown(context.conditions, userVersion(row)) ? notModified(found) : found;
});

const locked = Effect.fnUntraced(function* ({ tx, connection, conditions }: ScimContext, id: string) {
  const row = isUuid(id) ? yield* lockUser(tx, { connection, id }) : undefined;
  if (row === undefined) return yield* missing(id);
  yield* requireVersion(conditions, userVersion(row));
  return row;
});

/** Keeps the new state if it differs. The same request sent again changes nothing and leaves no event. */
const change = Effect.fnUntraced(function* (context: ScimContext, before: UserRow, state: UserState) {
  const attributes = changedNames(before.resource, state.resource);
  if (attributes.length === 0) return before;
  yield* requireDomains(context, before, state);
  const { tx, origin } = context;
  const event = yield* record(context, changeOf(before, state), before.id, { attributes }, personalOf(state));
  // Whoever is invited by this address meanwhile waits, and then sees that the person is here.
  if (state.emailKey !== null && state.emailKey !== before.emailKey) yield* lockEmails(tx, [state.emailKey]);
  const row = yield* updateUser(tx, before.id, state, event);
  if (row.invited) {
    yield* useInvitations(tx, [{ user: before.id, emailKey: state.emailKey, cause: event }], origin);
  }
  const cause = { event, origin, ...(state.active ? {} : { named: true as const }) };
  yield* settleUsers(tx, [before.id], cause, !state.active);
  return row;
});

export const replaceUser = Effect.fn("replaceUser")(function* (
  context: ScimContext,
  id: string,
  body: unknown,
) {
  const before = yield* locked(context, id);
  const resource = yield* Effect.fromResult(readResource(context.dialect, context.types.User, body));
  const state = userState({ active: before.active, ...resource }, before.active);
  return answer(context, yield* change(context, before, state), 200);
});

export const patchUser = Effect.fn("patchUser")(function* (context: ScimContext, id: string, body: unknown) {
  const before = yield* locked(context, id);
  const operations = yield* Effect.fromResult(readPatch(context.dialect, context.types.User, body));
  const resource = yield* Effect.fromResult(applyPatch(context.types.User, before.resource, operations));
  return answer(context, yield* change(context, before, userState(resource, before.active)), 200);
});

/** Gone for the client at once, and with it every role that came through here. Account and history stay. */
export const removeUser = Effect.fn("removeUser")(function* (context: ScimContext, id: string) {
  const { tx, origin } = context;
  if (isUuid(id)) yield* lockGroupsOf(tx, context.connection, id);
  const before = yield* locked(context, id);
  const event = yield* record(context, "user.deleted", before.id, {}, personalOf(before));
  const accounts = yield* loseLinks(tx, [{ user: before.id, externalId: before.externalId, cause: event }]);
  yield* deleteUser(tx, before.id);
  yield* settleAccounts(tx, accounts, { event, origin, named: true }, true);
  return { status: 204 } satisfies ScimAnswer;
});
