/** Users and groups of a connection as one list (RFC 7644 §3.4.2.1). */
import { Effect } from "effect";
import { type RawBuilder, sql } from "kysely";
import type { ConnectionId } from "../../domain/index.ts";
import { once } from "../engine/prepared.ts";
import { run, uuids } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";
import { type GroupRow, groupColumns } from "./groups.ts";
import type { PageRequest } from "./list.ts";
import { afterSql, keySql, type Order, orderSql } from "./order.ts";
import { type UserRow, userColumns } from "./users.ts";
import { type ObjectKind, type Where, whereSql } from "./where.ts";

/** Which objects of a kind are meant. */
export interface Part {
  readonly where: Where | undefined;
  readonly order: Order | undefined;
}

export interface ListedObject {
  readonly kind: ObjectKind;
  readonly id: string;
  readonly sortKey: string | null;
}

const tables: Readonly<Record<ObjectKind, string>> = { User: "directory_user", Group: "directory_group" };

const partSql = (tx: TenantTx, connection: ConnectionId, kind: ObjectKind, { where, order }: Part) =>
  sql`select ${sql.lit(kind)} as kind, id, ${order === undefined ? sql`null` : keySql(order, kind)} as key
    from ${sql.table(tables[kind])}
    where organization_id = ${tx.organization} and connection_id = ${connection}
      and ${where === undefined ? sql`true` : whereSql(where, kind)}`;

const select = (
  parts: ReadonlyArray<RawBuilder<unknown>>,
  { order, after, offset, limit }: Omit<PageRequest, "where">,
) => {
  const key = sql`key`;
  return sql<ListedObject>`select ${sql.raw(once)} kind, id, key::text as "sortKey" from (${sql.join(parts, sql` union all `)}) o
    where ${after === undefined ? sql`true` : afterSql(order, key, after)}
    order by ${orderSql(order, key)} offset ${offset} limit ${limit}`;
};

/**
 * Names of the users and groups meant, in one order. A kind without a part has none. The `order` of the request
 * says how, that of each part by what.
 */
export const listObjects = Effect.fn("listObjects")(function* (
  tx: TenantTx,
  connection: ConnectionId,
  parts: Readonly<Partial<Record<ObjectKind, Part>>>,
  request: Omit<PageRequest, "where">,
) {
  const given = [
    ...(parts.User === undefined ? [] : [partSql(tx, connection, "User", parts.User)]),
    ...(parts.Group === undefined ? [] : [partSql(tx, connection, "Group", parts.Group)]),
  ];
  const rows = yield* run({
    execute: async () => (await select(given, request).execute(tx.db)).rows,
  });
  const count = yield* run({
    execute: async () =>
      (
        await sql<{ total: number }>`select ${sql.raw(once)} count(*)::int as total
          from (${sql.join(given, sql` union all `)}) o`.execute(tx.db)
      ).rows,
  });
  return { rows, total: count[0]?.total ?? 0 };
});

/** The rows of these users of the connection. */
export const findUsers = (tx: TenantTx, connection: ConnectionId, ids: ReadonlyArray<string>) =>
  run(
    tx.db
      .selectFrom("directory_user")
      .select(userColumns)
      .where("organization_id", "=", tx.organization)
      .where("connection_id", "=", connection)
      .where(sql<boolean>`id = ${uuids(ids)}`)
      .$castTo<UserRow>(),
  );

/** The rows of these groups of the connection. */
export const findGroups = (tx: TenantTx, connection: ConnectionId, ids: ReadonlyArray<string>) =>
  run(
    tx.db
      .selectFrom("directory_group")
      .select(groupColumns)
      .where("organization_id", "=", tx.organization)
      .where("connection_id", "=", connection)
      .where(sql<boolean>`id = ${uuids(ids)}`)
      .$castTo<GroupRow>(),
  );
