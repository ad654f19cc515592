import { Effect } from "effect";
import { type RawBuilder, sql } from "kysely";
import type { ConnectionId, DirectoryGroupId, DirectoryUserId, EventId } from "../../domain/index.ts";
import { fixed } from "../engine/fixed.ts";
import { run, texts, uuidArray, uuids } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

const idsOf = Effect.map((rows: ReadonlyArray<{ readonly id: DirectoryUserId }>) =>
  rows.map((row) => row.id),
);

/** Those of the connection of which `which` holds. They cannot be deleted until the transaction ends. */
const kept = <Row>(
  tx: TenantTx,
  table: "directory_user" | "directory_group",
  connection: ConnectionId,
  which: RawBuilder<boolean>,
) =>
  run(
    tx.db
      .selectFrom(table)
      .select(["id", "source_id as sourceId"])
      .where("organization_id", "=", tx.organization)
      .where("connection_id", "=", connection)
      .where(which)
      .orderBy("id")
      .forKeyShare()
      .$castTo<Row>(),
  );

/** Which of `ids` are users of this connection. They cannot be deleted until the transaction ends. */
export const knownUsers = (tx: TenantTx, connection: ConnectionId, ids: ReadonlyArray<string>) =>
  kept<{ id: DirectoryUserId }>(tx, "directory_user", connection, sql<boolean>`id = ${uuids(ids)}`).pipe(
    idsOf,
  );

/** Groups of this connection, by the source's ids. They cannot be deleted until the transaction ends. */
export const knownGroups = (tx: TenantTx, connection: ConnectionId, sourceIds: ReadonlyArray<string>) =>
  kept<{ id: DirectoryGroupId; sourceId: string }>(
    tx,
    "directory_group",
    connection,
    sql<boolean>`source_id = ${texts(sourceIds)}`,
  );

/** Adds members and gives those who were not members before: adding twice equals adding once. */
export const addMembers = (
  tx: TenantTx,
  group: DirectoryGroupId,
  users: ReadonlyArray<DirectoryUserId>,
  cause: EventId,
) =>
  run({
    execute: async () => {
      const result = await sql<{ id: DirectoryUserId }>`
        insert into membership (organization_id, group_id, user_id, cause_event_id)
        select ${tx.organization}::uuid, ${group}::uuid, u, ${cause}::uuid from unnest(${uuidArray(users)}) u
        on conflict do nothing returning user_id as id`.execute(tx.db);
      return result.rows;
    },
  }).pipe(idsOf);

interface Admission {
  readonly connection: ConnectionId;
  readonly group: DirectoryGroupId;
  /** As PostgreSQL writes an array, see `uuidArray`. */
  readonly ids: string;
  readonly cause: EventId;
}

/** One of the ids that is a user of the connection, and whether it was no member before. */
interface Admitted {
  readonly id: DirectoryUserId;
  readonly added: boolean;
}

const admit = fixed<Admission, Admitted>(
  (at) => sql<Admitted>`with known as (
      select id from directory_user where organization_id = ${at.organization}
        and connection_id = ${at.connection} and id = any(${at.ids}::text::uuid[]) order by id for key share),
    added as (
      insert into membership (organization_id, group_id, user_id, cause_event_id)
      select ${at.organization}::uuid, ${at.group}::uuid, id, ${at.cause}::uuid from known
      on conflict do nothing returning user_id)
    select id, user_id is not null as added from known left join added on user_id = id`,
);

/**
 * Adds those of `ids` that are users of the connection, and gives them all. They cannot be deleted until the
 * transaction ends.
 */
export const admitMembers = (
  tx: TenantTx,
  { ids, ...admission }: Omit<Admission, "ids"> & { readonly ids: ReadonlyArray<string> },
) => admit(tx, { ...admission, ids: `{${ids.join(",")}}` });

/** Removes members and gives those who were members before. */
export const removeMembers = (tx: TenantTx, group: DirectoryGroupId, users: ReadonlyArray<string>) =>
  run(
    tx.db
      .deleteFrom("membership")
      .where("organization_id", "=", tx.organization)
      .where("group_id", "=", group)
      .where(sql<boolean>`user_id = ${uuids(users)}`)
      .returning("user_id as id")
      .$castTo<{ id: DirectoryUserId }>(),
  ).pipe(idsOf);

/** Removes every member but `kept` and gives those removed. */
export const removeOthers = (tx: TenantTx, group: DirectoryGroupId, kept: ReadonlyArray<string>) =>
  run(
    tx.db
      .deleteFrom("membership")
      .where("organization_id", "=", tx.organization)
      .where("group_id", "=", group)
      .where(
        sql<boolean>`not exists (select from unnest(${uuidArray(kept)}) kept(id) where kept.id = user_id)`,
      )
      .returning("user_id as id")
      .$castTo<{ id: DirectoryUserId }>(),
  ).pipe(idsOf);

export interface MemberRow {
  readonly groupId: DirectoryGroupId;
  readonly userId: DirectoryUserId;
  readonly display: string;
}

/** The members of several groups in one query, with the name to show for each. */
export const listMembers = (tx: TenantTx, groups: ReadonlyArray<string>) =>
  run(
    tx.db
      .selectFrom("membership as m")
      .innerJoin("directory_user as u", (join) =>
        join.onRef("u.organization_id", "=", "m.organization_id").onRef("u.id", "=", "m.user_id"),
      )
      .select([
        "m.group_id as groupId",
        "m.user_id as userId",
        sql<string>`coalesce(u.resource->>'displayName', u.resource->>'userName')`.as("display"),
      ])
      .where("m.organization_id", "=", tx.organization)
      .where(sql<boolean>`m.group_id = ${uuids(groups)}`)
      .orderBy("m.group_id")
      .orderBy("m.user_id")
      .$castTo<MemberRow>(),
  );

/** Locks the groups of a user before the user: a change of members, too, takes the group first and then its users. */
export const lockGroupsOf = (tx: TenantTx, connection: ConnectionId, user: string) =>
  run(
    tx.db
      .selectFrom("directory_group")
      .select("id")
      .where("organization_id", "=", tx.organization)
      .where("connection_id", "=", connection)
      .where("id", "in", (query) =>
        query
          .selectFrom("membership")
          .select("group_id")
          .where("organization_id", "=", tx.organization)
          .where("user_id", "=", user),
      )
      .orderBy("id")
      .forNoKeyUpdate(),
  );

/** The members of a group, ids only; at most `limit` of them where one is given. */
export const memberIds = (tx: TenantTx, group: DirectoryGroupId, limit?: number) =>
  run(
    tx.db
      .selectFrom("membership")
      .select("user_id as id")
      .where("organization_id", "=", tx.organization)
      .where("group_id", "=", group)
      .$if(limit !== undefined, (query) => query.limit(limit ?? 0))
      .$castTo<{ id: DirectoryUserId }>(),
  ).pipe(idsOf);
