/** Groups as people look at them: where each comes from, what stands above it, how many are in it. */
import { sql } from "kysely";
import type { ConnectionId, DirectoryGroupId, GroupKind } from "../../domain/index.ts";
import { run } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

export interface GroupView {
  readonly id: DirectoryGroupId;
  readonly connectionId: ConnectionId;
  readonly kind: GroupKind;
  readonly name: string;
  readonly externalId: string | null;
  /** The names of the groups it is nested in, the outermost first. */
  readonly above: ReadonlyArray<string>;
  readonly members: number;
}

export interface GroupSearch {
  readonly limit: number;
  /** The id to go on from. */
  readonly after?: string;
  readonly connection?: ConnectionId;
  /** A part of the name, folded. */
  readonly search?: string;
}

/** A source may say that a group is above itself: nobody nests deeper than this. */
const deepest = 32;

const above = (tx: TenantTx) => sql`coalesce((
  with recursive up(name, parent, depth) as (
    select p.display_name, p.parent_source_id, 1 from directory_group p
    where p.organization_id = ${tx.organization} and p.connection_id = g.connection_id
      and p.source_id = g.parent_source_id and p.source_id <> ''
    union all
    select p.display_name, p.parent_source_id, up.depth + 1 from up
    join directory_group p on p.organization_id = ${tx.organization} and p.connection_id = g.connection_id
      and p.source_id = up.parent and p.source_id <> ''
    where up.depth < ${deepest})
  select jsonb_agg(name order by depth desc) from up), '[]')`;

export const listGroupViews = (tx: TenantTx, { limit, after, connection, search }: GroupSearch) =>
  run({
    execute: async () => {
      const { rows } = await sql<GroupView>`
        select g.id, g.connection_id as "connectionId", g.kind, g.display_name as name,
          g.external_id as "externalId", ${above(tx)} as above,
          (select count(*)::int from membership m
            where m.organization_id = g.organization_id and m.group_id = g.id) as members
        from directory_group g
        where g.organization_id = ${tx.organization}
          and (${after ?? null}::uuid is null or g.id > ${after ?? null}::uuid)
          and (${connection ?? null}::uuid is null or g.connection_id = ${connection ?? null}::uuid)
          and (${search ?? null}::text is null or position(${search ?? null}::text in g.display_name_key) > 0)
        order by g.id limit ${limit}`.execute(tx.db);
      return rows;
    },
  });
