/** Groups that we read at their source, many at a time, and who is in them. Known by the source's id. */
import { Effect } from "effect";
import { sql } from "kysely";
import type {
  ConnectionId,
  DirectoryGroupId,
  DirectoryUserId,
  EventId,
  GroupKind,
} from "../../domain/index.ts";
import { insertAll, run, texts, uuids } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";
import type { GroupState } from "./state.ts";

export interface PulledGroup {
  readonly id: DirectoryGroupId;
  readonly sourceId: string;
  readonly kind: GroupKind;
  readonly name: string;
  readonly parentSourceId: string | null;
}

/** A group as it is to be kept, and the event that says why. */
export interface GroupWrite {
  readonly id: DirectoryGroupId;
  readonly sourceId: string;
  readonly kind: GroupKind;
  readonly parentSourceId: string | null;
  readonly state: GroupState;
  readonly cause: EventId;
}

/** Every group of the connection that was read at its source. */
export const listPulledGroups = (tx: TenantTx, connection: ConnectionId) =>
  run(
    tx.db
      .selectFrom("directory_group")
      .select([
        "id",
        "source_id as sourceId",
        "kind",
        "display_name as name",
        "parent_source_id as parentSourceId",
      ])
      .where("organization_id", "=", tx.organization)
      .where("connection_id", "=", connection)
      // Spelled out, as the index on it is.
      .where(sql<boolean>`source_id <> ''`)
      .$castTo<PulledGroup>(),
  );

/** Those of these source ids that are known. */
export const findPulledGroups = (tx: TenantTx, connection: ConnectionId, sourceIds: ReadonlyArray<string>) =>
  sourceIds.length === 0
    ? Effect.succeed<ReadonlyArray<Pick<PulledGroup, "id" | "kind" | "sourceId">>>([])
    : run(
        tx.db
          .selectFrom("directory_group")
          .select(["id", "kind", "source_id as sourceId"])
          .where("organization_id", "=", tx.organization)
          .where("connection_id", "=", connection)
          .where("source_id", "<>", sql.lit(""))
          .where(sql<boolean>`source_id = ${texts(sourceIds)}`)
          .$castTo<Pick<PulledGroup, "id" | "kind" | "sourceId">>(),
      );

/** The groups that this person is in, with what they are. */
export const groupsHeld = (tx: TenantTx, user: DirectoryUserId) =>
  run(
    tx.db
      .selectFrom("membership as m")
      .innerJoin("directory_group as g", (join) =>
        join.onRef("g.organization_id", "=", "m.organization_id").onRef("g.id", "=", "m.group_id"),
      )
      .select(["g.id", "g.kind"])
      .where("m.organization_id", "=", tx.organization)
      .where("m.user_id", "=", user)
      .$castTo<Pick<PulledGroup, "id" | "kind">>(),
  );

const row = (tx: TenantTx, { id, sourceId, kind, parentSourceId, state, cause }: GroupWrite) => ({
  organization_id: tx.organization,
  id,
  source_id: sourceId,
  external_id: state.externalId,
  display_name: state.displayName,
  display_name_key: state.displayNameKey,
  kind,
  parent_source_id: parentSourceId,
  resource: state.resource,
  cause_event_id: cause,
});

export const insertPulledGroups = (
  tx: TenantTx,
  connection: ConnectionId,
  groups: ReadonlyArray<GroupWrite>,
) =>
  insertAll(tx.db, [
    {
      into: "directory_group",
      rows: groups.map((group) => ({ ...row(tx, group), connection_id: connection, version: 1 })),
    },
  ]);

export const updatePulledGroups = (tx: TenantTx, groups: ReadonlyArray<GroupWrite>) =>
  groups.length === 0
    ? Effect.void
    : run({
        execute: () =>
          sql`update directory_group g set display_name = s.display_name, display_name_key = s.display_name_key,
              kind = s.kind, parent_source_id = s.parent_source_id, resource = s.resource,
              cause_event_id = s.cause_event_id, version = g.version + 1, updated_at = now()
            from jsonb_populate_recordset(null::directory_group, ${JSON.stringify(groups.map((group) => row(tx, group)))}::jsonb) s
            where g.organization_id = ${tx.organization} and g.id = s.id`.execute(tx.db),
      });

export interface PulledMember {
  readonly groupId: DirectoryGroupId;
  readonly userId: DirectoryUserId;
  readonly sourceId: string;
}

const members = (tx: TenantTx) =>
  tx.db
    .selectFrom("membership as m")
    .innerJoin("directory_user as u", (join) =>
      join.onRef("u.organization_id", "=", "m.organization_id").onRef("u.id", "=", "m.user_id"),
    )
    .select(["m.group_id as groupId", "m.user_id as userId", "u.source_id as sourceId"])
    .where("m.organization_id", "=", tx.organization)
    .$castTo<PulledMember>();

/** Who is in these groups, by the source's ids, in one query. */
export const pulledMembersOf = (tx: TenantTx, groups: ReadonlyArray<DirectoryGroupId>) =>
  run(members(tx).where(sql<boolean>`m.group_id = ${uuids(groups)}`));

/** The groups that this person is in. */
export const pulledMembershipsOf = (tx: TenantTx, user: DirectoryUserId) =>
  run(members(tx).where("m.user_id", "=", user));

export interface MembershipWrite {
  readonly group: DirectoryGroupId;
  readonly user: DirectoryUserId;
  readonly cause: EventId;
}

const columns = (memberships: ReadonlyArray<Omit<MembershipWrite, "cause">>) =>
  [memberships.map(({ group }) => group), memberships.map(({ user }) => user)] as const;

/** Adds memberships of any number of groups; one that is there already stays as it is. */
export const addMemberships = (tx: TenantTx, memberships: ReadonlyArray<MembershipWrite>) => {
  const [groups, users] = columns(memberships);
  const causes = memberships.map(({ cause }) => cause);
  return run({
    execute: () =>
      sql`insert into membership (organization_id, group_id, user_id, cause_event_id)
        select ${tx.organization}::uuid, g, u, c
        from unnest(${groups}::uuid[], ${users}::uuid[], ${causes}::uuid[]) m(g, u, c)
        on conflict do nothing`.execute(tx.db),
  });
};

export const removeMemberships = (
  tx: TenantTx,
  memberships: ReadonlyArray<Omit<MembershipWrite, "cause">>,
) => {
  const [groups, users] = columns(memberships);
  return run({
    execute: () =>
      sql`delete from membership m using unnest(${groups}::uuid[], ${users}::uuid[]) gone(g, u)
        where m.organization_id = ${tx.organization} and m.group_id = gone.g and m.user_id = gone.u`.execute(
        tx.db,
      ),
  });
};

/** Removes groups and their memberships. */
export const deletePulledGroups = Effect.fn("deletePulledGroups")(function* (
  tx: TenantTx,
  ids: ReadonlyArray<DirectoryGroupId>,
) {
  const { organization, db } = tx;
  yield* run(
    db
      .deleteFrom("membership")
      .where("organization_id", "=", organization)
      .where(sql<boolean>`group_id = ${uuids(ids)}`),
  );
  yield* run(
    db
      .deleteFrom("directory_group")
      .where("organization_id", "=", organization)
      .where(sql<boolean>`id = ${uuids(ids)}`),
  );
});
