import { Effect } from "effect";
import { type RawBuilder, type SelectQueryBuilder, sql } from "kysely";
import type { ConnectionId } from "../../domain/index.ts";
import { ahead, once } from "../engine/prepared.ts";
import { run } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";
import { type GroupRow, groupColumns } from "./groups.ts";
import { afterSql, keySql, type Order, orderSql, type Place } from "./order.ts";
import { type UserRow, userColumns } from "./users.ts";
import { type ObjectKind, type Where, whereSql } from "./where.ts";

/** `offset` counts objects to skip. Without an order, the order is that of creation and does not change. */
export interface PageRequest {
  readonly where: Where | undefined;
  readonly offset: number;
  readonly limit: number;
  readonly order?: Order | undefined;
  /** Only what comes after this place; what was created or deleted before it then moves nothing. */
  readonly after?: Place | undefined;
}

/** What the object is ordered by; only where an order was asked for. */
interface Keyed {
  readonly sortKey?: string | null;
}

export interface Page<Row> {
  readonly total: number;
  readonly rows: ReadonlyArray<Row & Keyed>;
}

const users = (tx: TenantTx, connection: ConnectionId, where: Where | undefined) => {
  const query = tx.db
    .selectFrom("directory_user")
    .where("organization_id", "=", tx.organization)
    .where("connection_id", "=", connection);
  return where === undefined ? query : query.where(whereSql(where, "User"));
};

const groups = (tx: TenantTx, connection: ConnectionId, where: Where | undefined) => {
  const query = tx.db
    .selectFrom("directory_group")
    .where("organization_id", "=", tx.organization)
    .where("connection_id", "=", connection);
  return where === undefined ? query : query.where(whereSql(where, "Group"));
};

const shaped = <DB, TB extends keyof DB, O>(
  query: SelectQueryBuilder<DB, TB, O>,
  request: PageRequest,
): SelectQueryBuilder<DB, TB, O> => (isLookup(request) ? query : query.modifyFront(sql.raw(once)));

const total = sql<number>`count(*)::int`.as("total");

const inOrder = <DB, TB extends keyof DB, O>(
  query: SelectQueryBuilder<DB, TB, O>,
  { order, after, offset, limit }: PageRequest,
  kind: ObjectKind,
) => {
  const key: RawBuilder<unknown> = order === undefined ? sql`null` : keySql(order, kind);
  return query
    .$if(order !== undefined, (of) => of.select(sql<string | null>`(${key})::text`.as("sortKey")))
    .$if(after !== undefined, (of) => of.where(afterSql(order, key, after ?? { key: null, id: "" })))
    .orderBy(orderSql(order, key))
    .offset(offset)
    .limit(limit);
};

/** The look-up of a known shape: one attribute that equals. Everything else a client composes as it likes. */
const isLookup = ({ where, order }: PageRequest): boolean =>
  order === undefined && (where === undefined || (where._tag === "Compare" && where.op === "eq"));

/** Plans for the values at hand, as the beginning of a text or the selectivity of a filter need them. */
const planForValues = (tx: TenantTx) =>
  run({
    execute: () => sql`${sql.raw(ahead)}select set_config('plan_cache_mode', 'auto', true)`.execute(tx.db),
  });

/** A first page that is not full tells the total by itself: the usual look-up costs one query. */
const page = Effect.fnUntraced(function* <Row, E>(
  tx: TenantTx,
  request: PageRequest,
  list: Effect.Effect<ReadonlyArray<Row & Keyed>, E>,
  count: Effect.Effect<ReadonlyArray<{ readonly total: number }>, E>,
) {
  const { offset, limit, after } = request;
  if (!isLookup(request)) yield* planForValues(tx);
  const rows = limit === 0 ? [] : yield* list;
  const whole = offset === 0 && after === undefined && rows.length < limit;
  return { rows, total: whole ? rows.length : ((yield* count)[0]?.total ?? 0) } satisfies Page<Row>;
});

export const listUsers = (tx: TenantTx, connection: ConnectionId, request: PageRequest) => {
  const query = shaped(users(tx, connection, request.where), request);
  return page(
    tx,
    request,
    run(inOrder(query.select(userColumns), request, "User").$castTo<UserRow & Keyed>()),
    run(query.select(total)),
  );
};

export const listGroups = (tx: TenantTx, connection: ConnectionId, request: PageRequest) => {
  const query = shaped(groups(tx, connection, request.where), request);
  return page(
    tx,
    request,
    run(inOrder(query.select(groupColumns), request, "Group").$castTo<GroupRow & Keyed>()),
    run(query.select(total)),
  );
};
