/** Directory users that we read at their source, many at a time. Known by the source's id. */
import { Effect } from "effect";
import { sql } from "kysely";
import type { ConnectionId, DirectoryUserId, EventId, JsonObject } from "../../domain/index.ts";
import { first, insertAll, run, texts, uuids } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";
import type { UserState } from "./state.ts";

export interface PulledUser {
  readonly id: DirectoryUserId;
  readonly sourceId: string;
  readonly externalId: string | null;
  readonly emailKey: string | null;
  readonly active: boolean;
  readonly resource: JsonObject;
}

/** A user as it is to be kept, and the event that says why. */
export interface UserWrite {
  readonly id: DirectoryUserId;
  readonly sourceId: string;
  readonly state: UserState;
  readonly cause: EventId;
}

const pulled = (tx: TenantTx, connection: ConnectionId) =>
  tx.db
    .selectFrom("directory_user")
    .where("organization_id", "=", tx.organization)
    .where("connection_id", "=", connection)
    // Spelled out, as the index on it is: of a parameter the planner cannot know that it is the same.
    .where(sql<boolean>`source_id <> ''`);

const whole = (tx: TenantTx, connection: ConnectionId) =>
  pulled(tx, connection)
    .select([
      "id",
      "source_id as sourceId",
      "external_id as externalId",
      "email_key as emailKey",
      "active",
      "resource",
    ])
    .$castTo<PulledUser>();

/** Those of these source ids that are known. */
export const findPulledUsers = (tx: TenantTx, connection: ConnectionId, sourceIds: ReadonlyArray<string>) =>
  run(whole(tx, connection).where(sql<boolean>`source_id = ${texts(sourceIds)}`));

export const findPulledUserById = (tx: TenantTx, connection: ConnectionId, id: DirectoryUserId) =>
  first(whole(tx, connection).where("id", "=", id));

/** Those whose userName or email is `key` (folded). Usually one. */
export const findPulledUsersByName = (tx: TenantTx, connection: ConnectionId, key: string) =>
  run(whole(tx, connection).where((is) => is.or([is("user_name_key", "=", key), is("email_key", "=", key)])));

/** Our ids of those of these source ids that are known. */
export const findPulledUserIds = (
  tx: TenantTx,
  connection: ConnectionId,
  sourceIds: ReadonlyArray<string>,
) =>
  sourceIds.length === 0
    ? Effect.succeed(new Map<string, DirectoryUserId>())
    : run(
        pulled(tx, connection)
          .select(["id", "source_id as sourceId"])
          .where(sql<boolean>`source_id = ${texts(sourceIds)}`)
          .$castTo<{ id: DirectoryUserId; sourceId: string }>(),
      ).pipe(Effect.map((rows) => new Map(rows.map(({ id, sourceId }) => [sourceId, id]))));

/** Everyone's ids, `limit` at a time in the order of `id`; `after` is the id to go on from. */
export const listPulledUsers = (tx: TenantTx, connection: ConnectionId, limit: number, after: string) =>
  run(
    pulled(tx, connection)
      .select(["id", "source_id as sourceId"])
      .where("id", ">", after)
      .orderBy("id")
      .limit(limit)
      .$castTo<{ id: DirectoryUserId; sourceId: string }>(),
  );

const row = (tx: TenantTx, { id, sourceId, state, cause }: UserWrite) => ({
  organization_id: tx.organization,
  id,
  source_id: sourceId,
  external_id: state.externalId,
  user_name_key: state.userNameKey,
  email_key: state.emailKey,
  active: state.active,
  resource: state.resource,
  cause_event_id: cause,
});

export const insertPulledUsers = (tx: TenantTx, connection: ConnectionId, users: ReadonlyArray<UserWrite>) =>
  insertAll(tx.db, [
    {
      into: "directory_user",
      rows: users.map((user) => ({ ...row(tx, user), connection_id: connection, version: 1 })),
    },
  ]);

/** Gives those with an address that somebody is invited by. */
export const updatePulledUsers = (tx: TenantTx, users: ReadonlyArray<UserWrite>) =>
  users.length === 0
    ? Effect.succeed<ReadonlyArray<DirectoryUserId>>([])
    : run({
        execute: async () => {
          const { rows } = await sql<{
            id: DirectoryUserId;
          }>`with done as (update directory_user u set external_id = s.external_id, user_name_key = s.user_name_key,
              email_key = s.email_key, active = s.active, resource = s.resource,
              cause_event_id = s.cause_event_id, version = u.version + 1, updated_at = now()
            from jsonb_populate_recordset(null::directory_user, ${JSON.stringify(users.map((user) => row(tx, user)))}::jsonb) s
            where u.organization_id = ${tx.organization} and u.id = s.id returning u.id, u.email_key)
            select id from done where exists (select from invitation i where i.organization_id = ${tx.organization}
              and i.email_key = done.email_key and i.ended_at is null)`.execute(tx.db);
          return rows.map((row) => row.id);
        },
      });

/** Did anybody come by this connection? Who is gone counts: by an equal id they would have their account again. */
export const hasHadPeople = (tx: TenantTx, connection: ConnectionId) =>
  first({
    execute: async () => {
      const { rows } = await sql<{ any: boolean }>`select
        exists (select from directory_user where organization_id = ${tx.organization} and connection_id = ${connection})
        or exists (select from lost_link where organization_id = ${tx.organization} and connection_id = ${connection})
        as any`.execute(tx.db);
      return rows;
    },
  }).pipe(Effect.map((row) => row?.any === true));

/** Removes users and their memberships. Links to accounts must have been ended before. */
export const deletePulledUsers = Effect.fn("deletePulledUsers")(function* (
  tx: TenantTx,
  ids: ReadonlyArray<DirectoryUserId>,
) {
  const { organization, db } = tx;
  yield* run(
    db
      .deleteFrom("membership")
      .where("organization_id", "=", organization)
      .where(sql<boolean>`user_id = ${uuids(ids)}`),
  );
  yield* run(
    db
      .deleteFrom("directory_user")
      .where("organization_id", "=", organization)
      .where(sql<boolean>`id = ${uuids(ids)}`),
  );
});
