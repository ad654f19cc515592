/** Lists with filter, order and pages (RFC 7644 §3.4.2, RFC 9865). */
import { Effect, Result } from "effect";
import type { Failure } from "../../domain/index.ts";
import { findGroups, findUsers, listGroups, listObjects, listUsers, type Part } from "../../store/index.ts";
import type { ScimContext } from "../context.ts";
import { readFilter } from "../dialect/index.ts";
import { renderGroups } from "../groups.ts";
import type { ResourceType } from "../schema/index.ts";
import { renderUser } from "../users.ts";
import { onPage, pageOf, pageResponse, windowOf } from "./page.ts";
import { readOrder } from "./sort.ts";

const whereOf = ({ query, dialect }: ScimContext, type: ResourceType) => {
  const filter = query.get("filter");
  return filter === null ? Result.succeed(undefined) : readFilter(dialect, type, filter);
};

/** Which resources of a type are asked for, and in which order. */
const partOf = (context: ScimContext, type: ResourceType) =>
  Result.gen(function* () {
    const where = yield* whereOf(context, type);
    const order = yield* readOrder(context, type);
    return { where, order };
  });

export const listAllUsers = Effect.fn("listAllUsers")(function* (context: ScimContext) {
  const window = yield* windowOf(context, "User");
  const { where, order } = yield* Effect.fromResult(partOf(context, context.types.User));
  const request = { ...pageOf(window, order), where };
  const { rows, total } = yield* listUsers(context.tx, context.connection, request);
  const resources = onPage(window, rows).map((row) => renderUser(context, row));
  return yield* pageResponse(context, window, rows, resources, total);
});

export const listAllGroups = Effect.fn("listAllGroups")(function* (context: ScimContext) {
  const window = yield* windowOf(context, "Group");
  const { where, order } = yield* Effect.fromResult(partOf(context, context.types.Group));
  const request = { ...pageOf(window, order), where };
  const { rows, total } = yield* listGroups(context.tx, context.connection, request);
  const resources = yield* renderGroups(context, onPage(window, rows));
  return yield* pageResponse(context, window, rows, resources, total);
});

type Parts = Partial<Record<"User" | "Group", Part>>;

/** A type that does not have the filter's attributes has nothing to show, unless no type has them. */
const wheresOf = (context: ScimContext): Result.Result<Parts, Failure> => {
  const [users, groups] = [whereOf(context, context.types.User), whereOf(context, context.types.Group)];
  if (Result.isFailure(users) && Result.isFailure(groups)) return Result.fail(users.failure);
  return Result.succeed({
    ...(Result.isSuccess(users) ? { User: { where: users.success, order: undefined } } : {}),
    ...(Result.isSuccess(groups) ? { Group: { where: groups.success, order: undefined } } : {}),
  });
};

/** A type that does not have the attribute to sort by has no values of it, unless no type has it. */
const ordersOf = (context: ScimContext) => {
  const [users, groups] = [readOrder(context, context.types.User), readOrder(context, context.types.Group)];
  const known = Result.isSuccess(users) ? users : groups;
  return Result.map(known, (order) => {
    const none = order && { ...order, path: undefined };
    return {
      order,
      User: Result.getOrElse(users, () => none),
      Group: Result.getOrElse(groups, () => none),
    };
  });
};

/** Users and groups as one list (RFC 7644 §3.4.2.1, a query against the server's root). */
export const listEverything = Effect.fn("listEverything")(function* (context: ScimContext) {
  const { tx, connection } = context;
  const window = yield* windowOf(context, "everything");
  const wheres = yield* Effect.fromResult(wheresOf(context));
  const orders = yield* Effect.fromResult(ordersOf(context));
  const parts = {
    ...(wheres.User && { User: { ...wheres.User, order: orders.User } }),
    ...(wheres.Group && { Group: { ...wheres.Group, order: orders.Group } }),
  };
  const { rows, total } = yield* listObjects(tx, connection, parts, pageOf(window, orders.order));
  const shown = onPage(window, rows);
  const idsOf = (kind: string) => shown.filter((row) => row.kind === kind).map(({ id }) => id);
  const people = yield* findUsers(tx, connection, idsOf("User"));
  const users = people.map((row) => renderUser(context, row));
  const groups = yield* renderGroups(context, yield* findGroups(tx, connection, idsOf("Group")));
  const byId = new Map([...users, ...groups].map((resource) => [resource["id"], resource]));
  const ordered = shown.map(({ id }) => byId.get(id)).filter((resource) => resource !== undefined);
  return yield* pageResponse(context, window, rows, ordered, total);
});
