import { Effect } from "effect";
import { sql } from "kysely";
import type { ConnectionId } from "../../domain/index.ts";
import { run } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";
import { type GroupRow, groupColumns } from "./groups.ts";
import { type UserRow, userColumns } from "./users.ts";
import { type Where, whereSql } from "./where.ts";

/** `offset` counts objects to skip; the order is that of creation and does not change. */
export interface PageRequest {
  readonly where: Where | undefined;
  readonly offset: number;
  readonly limit: number;
}

export interface Page<Row> {
  readonly total: number;
  readonly rows: ReadonlyArray<Row>;
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

const total = sql<number>`count(*)::int`.as("total");

/** A first page that is not full tells the total by itself: the usual look-up costs one query. */
const page = Effect.fnUntraced(function* <Row, E>(
  request: PageRequest,
  list: Effect.Effect<ReadonlyArray<Row>, E>,
  count: Effect.Effect<ReadonlyArray<{ readonly total: number }>, E>,
) {
  const rows = request.limit === 0 ? [] : yield* list;
  const whole = request.offset === 0 && rows.length < request.limit;
  return { rows, total: whole ? rows.length : ((yield* count)[0]?.total ?? 0) } satisfies Page<Row>;
});

export const listUsers = (tx: TenantTx, connection: ConnectionId, request: PageRequest) =>
  page(
    request,
    run(
      users(tx, connection, request.where)
        .select(userColumns)
        .orderBy("id")
        .offset(request.offset)
        .limit(request.limit)
        .$castTo<UserRow>(),
    ),
    run(users(tx, connection, request.where).select(total)),
  );

export const listGroups = (tx: TenantTx, connection: ConnectionId, request: PageRequest) =>
  page(
    request,
    run(
      groups(tx, connection, request.where)
        .select(groupColumns)
        .orderBy("id")
        .offset(request.offset)
        .limit(request.limit)
        .$castTo<GroupRow>(),
    ),
    run(groups(tx, connection, request.where).select(total)),
  );
