import { Migration } from "@mikro-orm/migrations";
import { tenantTable } from "./tenant.ts";

/**
 * What we read at a source is known by the source's own id. Names are unique only among what clients push: while we
 * read, two people may have swapped theirs, and we meet them one after the other.
 */
const directory = [
  "alter table directory_user add column source_id text not null default ''",
  "alter table directory_user drop constraint directory_user_user_name",
  `create unique index directory_user_user_name
    on directory_user (organization_id, user_name_key, connection_id, source_id)`,
  `create unique index directory_user_source
    on directory_user (organization_id, connection_id, source_id) where source_id <> ''`,
  "alter table directory_group add column source_id text not null default ''",
  "alter table directory_group add column kind text not null default 'group'",
  "alter table directory_group add column parent_source_id text",
  `create unique index directory_group_source
    on directory_group (organization_id, connection_id, source_id) where source_id <> ''`,
];

const syncState = tenantTable(
  "sync_state",
  `connection_id uuid not null,
  every_seconds integer,
  due_at timestamptz,
  failures integer not null default 0,
  last_success_at timestamptz,
  source_identity text,
  quarantined_at timestamptz,
  reason text,
  detail text,
  primary key (organization_id, connection_id),
  foreign key (organization_id, connection_id) references connection (organization_id, id)`,
);

const runs = [
  ...tenantTable(
    "run",
    `id uuid not null,
    connection_id uuid not null,
    state text not null,
    trigger text not null,
    requested_by uuid,
    user_id uuid,
    requested_at timestamptz not null default now(),
    started_at timestamptz,
    ended_at timestamptz,
    attempts integer not null default 0,
    steps jsonb not null default '[]',
    failures jsonb not null default '[]',
    reason text,
    detail text,
    holder uuid,
    lease_until timestamptz,
    primary key (organization_id, id),
    foreign key (organization_id, connection_id) references connection (organization_id, id)`,
  ),
  "create index on run (organization_id, connection_id, id)",
  "create unique index one_running_run on run (organization_id, connection_id) where state = 'running'",
  // One that waits will see all that was there when it was asked for: a second one would see nothing else.
  `create unique index one_waiting_run on run
    (organization_id, connection_id, coalesce(user_id, organization_id)) where state = 'waiting'`,
];

export class PulledDirectories extends Migration {
  override up(): void {
    for (const statement of [...directory, ...syncState, ...runs]) this.addSql(statement);
  }
}
