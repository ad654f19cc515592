/** Which part of a list a client asks for: by index (RFC 7644 §3.4.2.4) or by cursor (RFC 9865). */
import { Clock, Effect, Result } from "effect";
import { InvalidValue } from "../../domain/index.ts";
import type { Order, Place } from "../../store/index.ts";
import type { ScimAnswer, ScimContext } from "../context.ts";
import { type ExpiredCursor, InvalidCount, type InvalidCursor } from "../failure.ts";
import { defaultCount, type JsonObject, maxResults } from "../schema/index.ts";
import { openCursor, type Question, sealCursor } from "./cursor.ts";

const listUrn = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/** Undefined: not a whole number. One too large for us is the largest there is. */
const integer = (query: URLSearchParams, name: string, otherwise: number): number | undefined => {
  const text = query.get(name)?.trim();
  if (text === undefined) return otherwise;
  return /^[+-]?\d{1,100}$/.test(text) ? Math.min(Number(text), Number.MAX_SAFE_INTEGER) : undefined;
};

const notInteger = (name: string) => `"${name}" must be an integer.`;

/** What is asked of the database; `walk` is there where pages go by cursor. */
export interface Window {
  readonly offset: number;
  readonly limit: number;
  readonly after: Place | undefined;
  readonly walk: { readonly question: Question; readonly count: number } | undefined;
}

/** A negative count means 0, a large one is cut to what the server offers. */
const limitOf = (count: number): number => Math.min(Math.max(0, count), maxResults);

const byIndex = (query: URLSearchParams): Result.Result<Window, InvalidValue> => {
  const startIndex = integer(query, "startIndex", 1);
  if (startIndex === undefined) return Result.fail(new InvalidValue({ detail: notInteger("startIndex") }));
  const count = integer(query, "count", defaultCount);
  if (count === undefined) return Result.fail(new InvalidValue({ detail: notInteger("count") }));
  const offset = Math.max(1, startIndex) - 1;
  return Result.succeed({ offset, limit: limitOf(count), after: undefined, walk: undefined });
};

const both = new InvalidValue({ detail: 'Send "cursor" or "startIndex", not both.' });

/** One row more than asked for tells whether there is a next page. */
const byCursor = (
  { query, masterKey }: ScimContext,
  question: Question,
  cursor: string,
  now: number,
): Result.Result<Window, InvalidValue | InvalidCount | InvalidCursor | ExpiredCursor> => {
  if (query.has("startIndex")) return Result.fail(both);
  const asked = integer(query, "count", defaultCount);
  if (asked === undefined) return Result.fail(new InvalidCount({ detail: notInteger("count") }));
  const count = limitOf(asked);
  const window = { offset: 0, limit: count === 0 ? 0 : count + 1, walk: { question, count } };
  if (cursor === "") return Result.succeed({ ...window, after: undefined });
  return Result.map(openCursor(masterKey, question, cursor, now), (after) => ({ ...window, after }));
};

const questionOf = ({ tx, connection, query }: ScimContext, resources: string): Question => [
  tx.organization,
  connection,
  resources,
  ...["filter", "sortBy", "sortOrder"].map((name) => query.get(name) ?? ""),
];

/** The window asked for. `resources` names what is listed: a cursor is good for one list only. */
export const windowOf = Effect.fnUntraced(function* (context: ScimContext, resources: string) {
  const cursor = context.query.get("cursor");
  if (cursor === null) return yield* Effect.fromResult(byIndex(context.query));
  const now = yield* Clock.currentTimeMillis;
  return yield* Effect.fromResult(byCursor(context, questionOf(context, resources), cursor, now));
});

export const listResponse = (
  resources: ReadonlyArray<JsonObject>,
  totalResults: number,
  more: JsonObject = { startIndex: 1 },
): ScimAnswer => ({
  status: 200,
  body: {
    schemas: [listUrn],
    totalResults,
    ...more,
    itemsPerPage: resources.length,
    Resources: resources,
  },
});

interface Listed {
  readonly id: string;
  readonly sortKey?: string | null;
}

/** The rows of the page itself: without the one that tells of a next page. */
export const onPage = <Row>({ walk, limit }: Window, rows: ReadonlyArray<Row>): ReadonlyArray<Row> =>
  rows.slice(0, walk?.count ?? limit);

/** The cursor of the next page; none after the last. A page of count 0 shows nothing and moves nowhere. */
const nextCursor = Effect.fnUntraced(function* (
  { masterKey }: ScimContext,
  { walk, limit }: Window,
  rows: ReadonlyArray<Listed>,
) {
  const last = walk === undefined ? undefined : rows[walk.count - 1];
  if (walk === undefined || last === undefined || rows.length < limit) return undefined;
  const place = { id: last.id, key: last.sortKey ?? null };
  return sealCursor(masterKey, walk.question, place, yield* Clock.currentTimeMillis);
});

/** The answer for a page: `rows` as they were read, `resources` as they are shown. */
export const pageResponse = Effect.fnUntraced(function* (
  context: ScimContext,
  window: Window,
  rows: ReadonlyArray<Listed>,
  resources: ReadonlyArray<JsonObject>,
  total: number,
) {
  if (window.walk === undefined) return listResponse(resources, total, { startIndex: window.offset + 1 });
  const cursor = yield* nextCursor(context, window, rows);
  return listResponse(resources, total, cursor === undefined ? {} : { nextCursor: cursor });
});

/** What the store takes: a window and an order. */
export const pageOf = ({ offset, limit, after }: Window, order: Order | undefined) => ({
  offset,
  limit,
  after,
  order,
});
