/** The groups that a mapping names: as few as it names, however many an organization has. */
import { Effect } from "effect";
import { type RawBuilder, sql } from "kysely";
import { type ConnectionId, type DirectoryGroupId, fold, type GroupKind } from "../../domain/index.ts";
import { run, uuidArray, uuids } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

export interface NamedGroup {
  readonly id: DirectoryGroupId;
  readonly connectionId: ConnectionId;
  readonly externalId: string | null;
  readonly kind: GroupKind;
  readonly name: string;
}

/** `like`: a pattern of SQL. Without a connection: of any. */
export interface GroupPattern {
  readonly like: string;
  readonly connection: ConnectionId | null;
  readonly kind: GroupKind | null;
}

export interface GroupNames {
  readonly ids: ReadonlyArray<string>;
  readonly externals: ReadonlyArray<{ readonly connection: ConnectionId; readonly id: string }>;
  readonly names: ReadonlyArray<string>;
  /** For each, one group that fits is found: each may have to look at all groups, so let them be few. */
  readonly patterns: ReadonlyArray<GroupPattern>;
}

const columns = sql`g.id, g.connection_id as "connectionId", g.external_id as "externalId", g.kind,
  g.display_name as name`;

const byPattern = (tx: TenantTx, patterns: ReadonlyArray<GroupPattern>): RawBuilder<NamedGroup> => {
  const likes = patterns.map(({ like }) => like);
  const connections = patterns.map(({ connection }) => connection);
  const kinds = patterns.map(({ kind }) => kind);
  return sql`select g.* from unnest(${likes}::text[], ${connections}::uuid[], ${kinds}::text[])
      w(pattern, connection, kind)
    cross join lateral (select ${columns} from directory_group g
      where g.organization_id = ${tx.organization} and g.display_name like w.pattern
        and (w.connection is null or g.connection_id = w.connection) and (w.kind is null or g.kind = w.kind)
      limit 1) g`;
};

/** In one statement. Of groups that share name, kind and connection, one. */
export const namedGroups = (tx: TenantTx, { ids, externals, names, patterns }: GroupNames) =>
  run({
    execute: async () => {
      const { rows } = await sql<NamedGroup>`
        select ${columns} from directory_group g where g.organization_id = ${tx.organization} and g.id = ${uuids(ids)}
        union
        select ${columns} from unnest(${uuidArray(externals.map(({ connection }) => connection))},
            ${externals.map(({ id }) => id)}::text[]) e(connection, id)
          join directory_group g on g.organization_id = ${tx.organization}
            and g.external_id = e.id and g.connection_id = e.connection
        union
        (select distinct on (g.connection_id, g.kind, g.display_name) ${columns} from directory_group g
          where g.organization_id = ${tx.organization} and g.display_name_key = any(${names.map(fold)}::text[])
            and g.display_name = any(${[...names]}::text[])
          order by g.connection_id, g.kind, g.display_name, g.id)
        union
        ${byPattern(tx, patterns)}`.execute(tx.db);
      return rows;
    },
  });

/** Which of these ids were groups that are gone, and of which connection, as far as events tell. */
export const deletedGroups = (tx: TenantTx, ids: ReadonlyArray<string>) =>
  ids.length === 0
    ? Effect.succeed([])
    : run(
        tx.db
          .selectFrom("event")
          .select(["subject_id as id", "connection_id as connectionId"])
          .distinct()
          .where("organization_id", "=", tx.organization)
          .where(sql<boolean>`subject_id = ${uuids(ids)}`)
          .where("type", "=", "group.deleted"),
      );
