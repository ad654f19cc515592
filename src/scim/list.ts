/** Lists with filter and index paging (RFC 7644 §3.4.2). */
import { Effect, Result } from "effect";
import { type Failure, InvalidValue } from "../domain/index.ts";
import { listGroups, listUsers, type PageRequest } from "../store/index.ts";
import type { ScimAnswer, ScimContext } from "./context.ts";
import { readFilter } from "./dialect/index.ts";
import { renderGroups } from "./groups.ts";
import { Group, type JsonObject, maxResults, type ResourceType, User } from "./schema/index.ts";
import { renderUsers } from "./users.ts";

const listUrn = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
const defaultCount = 100;

const integer = (query: URLSearchParams, name: string, otherwise: number) => {
  const text = query.get(name);
  if (text === null) return Result.succeed(otherwise);
  if (/^[+-]?\d{1,9}$/.test(text.trim())) return Result.succeed(Number(text));
  return Result.fail(new InvalidValue({ detail: `"${name}" must be an integer.` }));
};

interface Window extends PageRequest {
  readonly startIndex: number;
}

/** A startIndex below 1 means 1, a negative count means 0, a large count is cut to what the server offers. */
const windowOf = (context: ScimContext, type: ResourceType) =>
  Result.gen(function* () {
    const { query, dialect } = context;
    const startIndex = Math.max(1, yield* integer(query, "startIndex", 1));
    const count = Math.max(0, yield* integer(query, "count", defaultCount));
    const filter = query.get("filter");
    const where = filter === null ? undefined : yield* readFilter(dialect, type, filter);
    const limit = Math.min(count, maxResults);
    return { where, startIndex, offset: startIndex - 1, limit } satisfies Window;
  });

export const listResponse = (
  resources: ReadonlyArray<JsonObject>,
  total: number,
  startIndex = 1,
): ScimAnswer => ({
  status: 200,
  body: {
    schemas: [listUrn],
    totalResults: total,
    startIndex,
    itemsPerPage: resources.length,
    Resources: resources,
  },
});

export const listAllUsers = Effect.fn("listAllUsers")(function* (context: ScimContext) {
  const window = yield* Effect.fromResult(windowOf(context, User));
  const { rows, total } = yield* listUsers(context.tx, context.connection, window);
  return listResponse(yield* renderUsers(context, rows), total, window.startIndex);
});

export const listAllGroups = Effect.fn("listAllGroups")(function* (context: ScimContext) {
  const window = yield* Effect.fromResult(windowOf(context, Group));
  const { rows, total } = yield* listGroups(context.tx, context.connection, window);
  return listResponse(yield* renderGroups(context, rows), total, window.startIndex);
});

/** A type that does not have the filter's attributes has nothing to show, unless no type has them. */
const orNothing = (window: Result.Result<Window, Failure>, other: Result.Result<Window, Failure>) =>
  Result.isFailure(window) && Result.isSuccess(other)
    ? Result.succeed({ ...other.success, where: undefined, limit: 0, none: true })
    : Result.map(window, (found) => ({ ...found, none: false }));

const emptyPage = Effect.succeed({ total: 0, rows: [] });

/** Users, then groups, as one list (RFC 7644 §3.4.2.1, a query against the server's root). */
export const listEverything = Effect.fn("listEverything")(function* (context: ScimContext) {
  const { tx, connection } = context;
  const [forUsers, forGroups] = [windowOf(context, User), windowOf(context, Group)];
  const wanted = yield* Effect.fromResult(orNothing(forUsers, forGroups));
  const users = wanted.none ? yield* emptyPage : yield* listUsers(tx, connection, wanted);
  const then = yield* Effect.fromResult(orNothing(forGroups, forUsers));
  const rest = {
    where: then.where,
    offset: Math.max(0, then.offset - users.total),
    limit: wanted.none ? then.limit : wanted.limit - users.rows.length,
  };
  const groups = then.none ? yield* emptyPage : yield* listGroups(tx, connection, rest);
  const resources = [
    ...(yield* renderUsers(context, users.rows)),
    ...(yield* renderGroups(context, groups.rows)),
  ];
  return listResponse(resources, users.total + groups.total, then.startIndex);
});
