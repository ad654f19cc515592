import { Effect } from "effect";
import { type Kysely, sql } from "kysely";
import type {
  ConnectionId,
  DirectoryGroupId,
  DirectoryUserId,
  EventId,
  JsonObject,
} from "../../domain/index.ts";
import { fixedFirst, type Places } from "../engine/fixed.ts";
import { jsonb, oneRow, run, runUnique } from "../engine/run.ts";
import { newId } from "../id.ts";
import type { TenantTx } from "../store.ts";
import type { TenantTables } from "../tables/index.ts";
import type { UserState } from "./state.ts";

/** A group that a user is in, as the user shows it. */
export interface GroupOf {
  readonly id: DirectoryGroupId;
  readonly display: string;
}

export interface UserRow {
  readonly id: DirectoryUserId;
  readonly externalId: string | null;
  readonly userNameKey: string;
  readonly emailKey: string | null;
  readonly active: boolean;
  readonly resource: JsonObject;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** In the order of their ids. */
  readonly groups: ReadonlyArray<GroupOf>;
}

const ownColumns = [
  "id",
  "external_id as externalId",
  "user_name_key as userNameKey",
  "email_key as emailKey",
  "active",
  "resource",
  "version",
  "created_at as createdAt",
  "updated_at as updatedAt",
] as const;

/** With the row instead of after it: every answer shows a user with its groups. */
const groups = sql<ReadonlyArray<GroupOf>>`coalesce((
  select jsonb_agg(jsonb_build_object('id', g.id, 'display', g.display_name) order by g.id)
  from membership m
  join directory_group g on g.organization_id = m.organization_id and g.id = m.group_id
  where m.organization_id = directory_user.organization_id and m.user_id = directory_user.id), '[]')`;

export const userColumns = [...ownColumns, groups.as("groups")] as const;

const taken = { directory_user_user_name: "Another user of this connection has this userName." };

const columnsOf = (state: UserState, cause: EventId) => ({
  external_id: state.externalId,
  user_name_key: state.userNameKey,
  email_key: state.emailKey,
  active: state.active,
  resource: jsonb(state.resource),
  cause_event_id: cause,
});

export const insertUser = Effect.fn("insertUser")(function* (
  tx: TenantTx,
  connection: ConnectionId,
  id: DirectoryUserId,
  state: UserState,
  cause: EventId,
) {
  const rows = yield* runUnique(
    tx.db
      .insertInto("directory_user")
      .values({
        organization_id: tx.organization,
        id,
        connection_id: connection,
        version: 1,
        ...columnsOf(state, cause),
      })
      .returning(ownColumns)
      .$castTo<Omit<UserRow, "groups">>(),
    taken,
  );
  return { ...(yield* oneRow(rows)), groups: [] } satisfies UserRow as UserRow;
});

export interface UpdatedUser extends UserRow {
  /** Is somebody with this address invited? */
  readonly invited: boolean;
}

/** With the row instead of after it: one probe of an index. */
const invited = sql<boolean>`exists (select from invitation i
  where i.organization_id = directory_user.organization_id and i.email_key = directory_user.email_key
    and i.ended_at is null)`;

export const updateUser = Effect.fn("updateUser")(function* (
  tx: TenantTx,
  id: DirectoryUserId,
  state: UserState,
  cause: EventId,
) {
  const rows = yield* runUnique(
    tx.db
      .updateTable("directory_user")
      .set({
        ...columnsOf(state, cause),
        version: sql`version + 1`,
        updated_at: sql`now()`,
      })
      .where("organization_id", "=", tx.organization)
      .where("id", "=", id)
      .returning([...userColumns, invited.as("invited")])
      .$castTo<UpdatedUser>(),
    taken,
  );
  return yield* oneRow(rows);
});

interface Named {
  readonly connection: ConnectionId;
  readonly id: string;
}

const oneUser = (at: Places<Named>, db: Kysely<TenantTables>) =>
  db
    .selectFrom("directory_user")
    .select(userColumns)
    .where("organization_id", "=", at.organization)
    .where("id", "=", at.id)
    .where("connection_id", "=", at.connection)
    .$castTo<UserRow>();

/** Finds a user of this connection only: another connection's ids do not exist here. */
export const findUser = fixedFirst<Named, UserRow>(oneUser);

/** The same, and nobody else may change it until the transaction ends. */
export const lockUser = fixedFirst<Named, UserRow>((at, db) => oneUser(at, db).forUpdate());

/**
 * Removes a user and its memberships; the groups it was in get a new version. Links to accounts must have been ended
 * before.
 */
export const deleteUser = Effect.fn("deleteUser")(function* (tx: TenantTx, id: DirectoryUserId) {
  const { organization, db } = tx;
  yield* run({
    execute: () =>
      sql`with gone as (
          delete from membership where organization_id = ${organization} and user_id = ${id} returning group_id)
        update directory_group set version = version + 1, updated_at = now()
        where organization_id = ${organization} and id in (select group_id from gone)`.execute(db),
  });
  yield* run(
    db.deleteFrom("directory_user").where("organization_id", "=", organization).where("id", "=", id),
  );
});

export const newUserId = () => newId<DirectoryUserId>();
