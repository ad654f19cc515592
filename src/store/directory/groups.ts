import { Effect } from "effect";
import { sql } from "kysely";
import type { ConnectionId, DirectoryGroupId, EventId, JsonObject } from "../../domain/index.ts";
import { first, jsonb, oneRow, run, uuids } from "../engine/run.ts";
import { newId } from "../id.ts";
import type { TenantTx } from "../store.ts";
import type { GroupState } from "./state.ts";

export interface GroupRow {
  readonly id: DirectoryGroupId;
  readonly externalId: string | null;
  readonly displayName: string;
  readonly resource: JsonObject;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const groupColumns = [
  "id",
  "external_id as externalId",
  "display_name as displayName",
  "resource",
  "version",
  "created_at as createdAt",
  "updated_at as updatedAt",
] as const;

const columnsOf = (state: GroupState) => ({
  external_id: state.externalId,
  display_name: state.displayName,
  display_name_key: state.displayNameKey,
  resource: jsonb(state.resource),
});

export const insertGroup = (
  tx: TenantTx,
  connection: ConnectionId,
  id: DirectoryGroupId,
  state: GroupState,
  cause: EventId,
) =>
  run(
    tx.db
      .insertInto("directory_group")
      .values({
        organization_id: tx.organization,
        id,
        connection_id: connection,
        version: 1,
        cause_event_id: cause,
        ...columnsOf(state),
      })
      .returning(groupColumns)
      .$castTo<GroupRow>(),
  ).pipe(Effect.flatMap(oneRow));

/** `cause`: the event that changed the group itself; undefined when only its members changed. */
export const updateGroup = (
  tx: TenantTx,
  id: DirectoryGroupId,
  state: GroupState,
  cause: EventId | undefined,
) =>
  run(
    tx.db
      .updateTable("directory_group")
      .set({
        ...columnsOf(state),
        ...(cause === undefined ? {} : { cause_event_id: cause }),
        version: sql`version + 1`,
        updated_at: sql`now()`,
      })
      .where("organization_id", "=", tx.organization)
      .where("id", "=", id)
      .returning(groupColumns)
      .$castTo<GroupRow>(),
  ).pipe(Effect.flatMap(oneRow));

const oneGroup = (tx: TenantTx, connection: ConnectionId, id: string) =>
  tx.db
    .selectFrom("directory_group")
    .select(groupColumns)
    .where("organization_id", "=", tx.organization)
    .where("id", "=", id)
    .where("connection_id", "=", connection)
    .$castTo<GroupRow>();

/** Finds a group of this connection only: another connection's ids do not exist here. */
export const findGroup = (tx: TenantTx, connection: ConnectionId, id: string) =>
  first(oneGroup(tx, connection, id));

/** The same, and nobody else may change it or its members until the transaction ends. */
export const lockGroup = (tx: TenantTx, connection: ConnectionId, id: string) =>
  first(oneGroup(tx, connection, id).forUpdate());

/** The names of these groups of any connection, in one statement. A group that is gone has none. */
export const groupNames = (tx: TenantTx, ids: ReadonlyArray<string>) =>
  run(
    tx.db
      .selectFrom("directory_group")
      .select(["id", "display_name as displayName"])
      .where("organization_id", "=", tx.organization)
      .where(sql<boolean>`id = ${uuids([...new Set(ids)])}`),
  ).pipe(Effect.map((rows) => new Map(rows.map((row) => [row.id, row.displayName]))));

/** Removes a group and its memberships. */
export const deleteGroup = Effect.fn("deleteGroup")(function* (tx: TenantTx, id: DirectoryGroupId) {
  const { organization, db } = tx;
  yield* run(
    db.deleteFrom("membership").where("organization_id", "=", organization).where("group_id", "=", id),
  );
  yield* run(
    db.deleteFrom("directory_group").where("organization_id", "=", organization).where("id", "=", id),
  );
});

export const newGroupId = () => newId<DirectoryGroupId>();
