/** Queries by POST: the same as a list, but what people are searched by stays out of addresses and logs. */
import { Effect, Result } from "effect";
import { InvalidSyntax, InvalidValue } from "../../domain/index.ts";
import type { ScimContext } from "../context.ts";
import { isList, isObject, pick, type Unread } from "../schema/index.ts";

const searchUrn = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
const parameters = [
  "filter",
  "sortBy",
  "sortOrder",
  "startIndex",
  "count",
  "cursor",
  "attributes",
  "excludedAttributes",
] as const;

const textOf = (name: string, value: unknown): Result.Result<string | undefined, InvalidValue> => {
  if (value === undefined || value === null) return Result.succeed(undefined);
  if (typeof value === "string" || typeof value === "number") return Result.succeed(String(value));
  if (isList(value) && value.every((each) => typeof each === "string"))
    return Result.succeed(value.join(","));
  return Result.fail(new InvalidValue({ detail: `"${name}" has a value of the wrong type.` }));
};

const queryOf = (body: Unread) =>
  Result.gen(function* () {
    const query = new URLSearchParams();
    for (const name of parameters) {
      const text = yield* textOf(name, pick(body, name));
      if (text !== undefined) query.set(name, text);
    }
    return query;
  });

const namesSearch = (body: Unread): boolean => {
  const schemas = pick(body, "schemas");
  return isList(schemas) && schemas.includes(searchUrn);
};

/** Answers a SearchRequest by `list` (RFC 7644 §3.4.3). */
export const searchWith = <A, E, R>(
  context: ScimContext,
  body: unknown,
  list: (context: ScimContext) => Effect.Effect<A, E, R>,
) =>
  Effect.gen(function* () {
    if (!isObject(body) || !namesSearch(body)) {
      return yield* new InvalidSyntax({ detail: `Send a JSON object with ${searchUrn} in "schemas".` });
    }
    return yield* list({ ...context, query: yield* Effect.fromResult(queryOf(body)) });
  });
