import { Migration } from "@mikro-orm/migrations";
import { tenantTable } from "./tenant.ts";

/** Every tenant table, its organization first in the key, and the policy that keeps organizations apart. */
const tenantTables = {
  connection: `
    id uuid not null,
    kind text not null,
    slug text not null,
    name text not null,
    settings jsonb not null default '{}',
    enabled boolean not null default true,
    lifecycle_authority boolean,
    directory_id uuid not null,
    created_at timestamptz not null default now(),
    primary key (organization_id, id),
    unique (organization_id, slug),
    foreign key (organization_id) references organization (id)`,
  scim_token: `
    id uuid not null,
    connection_id uuid not null,
    hash text not null,
    label text not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    primary key (organization_id, id),
    foreign key (organization_id, connection_id) references connection (organization_id, id)`,
  data_key: `
    version integer not null,
    wrapped text not null,
    created_at timestamptz not null default now(),
    primary key (organization_id, version),
    foreign key (organization_id) references organization (id)`,
  secret: `
    owner_id uuid not null,
    field text not null,
    key_version integer not null,
    ciphertext text not null,
    updated_at timestamptz not null default now(),
    primary key (organization_id, owner_id, field),
    foreign key (organization_id, key_version) references data_key (organization_id, version)`,
  directory_user: `
    id uuid not null,
    connection_id uuid not null,
    external_id text,
    user_name_key text not null,
    email_key text,
    active boolean not null,
    resource jsonb not null,
    version integer not null default 1,
    cause_event_id uuid not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (organization_id, id),
    constraint directory_user_user_name unique (organization_id, user_name_key, connection_id),
    foreign key (organization_id, connection_id) references connection (organization_id, id)`,
  directory_group: `
    id uuid not null,
    connection_id uuid not null,
    external_id text,
    display_name text not null,
    display_name_key text not null,
    resource jsonb not null,
    version integer not null default 1,
    cause_event_id uuid not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (organization_id, id),
    foreign key (organization_id, connection_id) references connection (organization_id, id)`,
  membership: `
    group_id uuid not null,
    user_id uuid not null,
    cause_event_id uuid not null,
    since timestamptz not null default now(),
    primary key (organization_id, group_id, user_id),
    constraint membership_group foreign key (organization_id, group_id)
      references directory_group (organization_id, id),
    constraint membership_user foreign key (organization_id, user_id)
      references directory_user (organization_id, id)`,
  account: `
    id uuid not null,
    active boolean not null,
    active_because text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (organization_id, id)`,
  account_link: `
    user_id uuid not null,
    account_id uuid not null,
    connection_id uuid not null,
    via text not null,
    created_at timestamptz not null default now(),
    primary key (organization_id, user_id),
    unique (organization_id, account_id, connection_id),
    foreign key (organization_id, account_id) references account (organization_id, id),
    foreign key (organization_id, user_id) references directory_user (organization_id, id)`,
  lost_link: `
    account_id uuid not null,
    user_id uuid not null,
    connection_id uuid not null,
    external_id text,
    cause_event_id uuid not null,
    lost_at timestamptz not null default now(),
    primary key (organization_id, account_id, user_id),
    foreign key (organization_id, account_id) references account (organization_id, id)`,
  role: `
    key text not null,
    name text not null,
    description text not null default '',
    created_at timestamptz not null default now(),
    primary key (organization_id, key),
    foreign key (organization_id) references organization (id)`,
  mapping_version: `
    version integer not null,
    state text not null,
    document jsonb not null,
    author_id uuid,
    created_at timestamptz not null default now(),
    published_at timestamptz,
    primary key (organization_id, version),
    foreign key (organization_id) references organization (id)`,
  decision: `
    id uuid not null,
    account_id uuid not null,
    mapping_version integer not null,
    cause_event_id uuid not null,
    active boolean not null,
    outcome jsonb not null,
    at timestamptz not null default now(),
    primary key (organization_id, id)`,
  assignment: `
    account_id uuid not null,
    role text not null,
    scope text not null default '',
    since timestamptz not null default now(),
    decision_id uuid not null,
    primary key (organization_id, account_id, role, scope),
    foreign key (organization_id, account_id) references account (organization_id, id),
    foreign key (organization_id, role) references role (organization_id, key)`,
  assignment_reason: `
    account_id uuid not null,
    role text not null,
    scope text not null default '',
    rule text not null,
    user_id uuid not null,
    reason_key text not null,
    because text not null,
    group_id uuid,
    connection_id uuid not null,
    cause_event_id uuid not null,
    primary key (organization_id, account_id, role, scope, rule, user_id, reason_key),
    foreign key (organization_id, account_id, role, scope)
      references assignment (organization_id, account_id, role, scope) on delete cascade`,
  pending_account: `
    account_id uuid not null,
    cause_event_id uuid not null,
    loses boolean not null,
    since timestamptz not null default now(),
    primary key (organization_id, account_id),
    foreign key (organization_id, account_id) references account (organization_id, id)`,
  event: `
    id uuid not null,
    at timestamptz not null default now(),
    type text not null,
    actor_kind text not null,
    actor_id uuid,
    connection_id uuid,
    request_id text,
    subject_kind text not null,
    subject_id uuid not null,
    cause_event_id uuid,
    data jsonb not null default '{}',
    personal_id uuid,
    personal_mac text,
    xid xid8 not null default pg_current_xact_id(),
    primary key (organization_id, id)`,
  personal_value: `
    id uuid not null,
    subject_id uuid not null,
    salt text not null,
    value text not null,
    primary key (organization_id, id)`,
  exception: `
    id uuid not null,
    kind text not null,
    subject_kind text not null,
    subject_id uuid not null,
    connection_id uuid,
    cause_event_id uuid,
    detail jsonb not null default '{}',
    created_at timestamptz not null default now(),
    resolved_at timestamptz,
    primary key (organization_id, id)`,
};

const systemTables = [
  `create table project (
    id uuid primary key, slug text not null unique, name text not null,
    created_at timestamptz not null default now())`,
  `create table environment (
    id uuid primary key, project_id uuid not null references project (id), slug text not null,
    name text not null, default_organization_id uuid,
    created_at timestamptz not null default now(), unique (project_id, slug))`,
  `create table organization (
    id uuid primary key, environment_id uuid not null references environment (id), slug text not null,
    name text not null, created_at timestamptz not null default now(), unique (slug))`,
  `alter table environment add foreign key (default_organization_id) references organization (id)`,
  `create table operator (
    id uuid primary key, name text not null unique, role text not null,
    organization_id uuid references organization (id),
    created_at timestamptz not null default now(), disabled_at timestamptz)`,
  `create table key_check (id integer primary key check (id = 1), sealed text not null)`,
  `create table system_event (
    id uuid primary key, at timestamptz not null default now(), type text not null, actor_kind text not null,
    actor_id uuid, request_id text, subject_kind text not null, subject_id uuid not null,
    data jsonb not null default '{}', xid xid8 not null default pg_current_xact_id())`,
  `create table operator_token (
    id uuid primary key, operator_id uuid not null references operator (id), hash text not null,
    label text not null, created_at timestamptz not null default now(), expires_at timestamptz,
    revoked_at timestamptz, last_used_at timestamptz)`,
];

const indexes = [
  "create index on directory_user (organization_id, connection_id, id)",
  "create index on directory_user (organization_id, external_id, connection_id)",
  "create index on directory_user (organization_id, email_key, connection_id)",
  "create index on directory_group (organization_id, connection_id, id)",
  "create index on directory_group (organization_id, display_name_key, connection_id)",
  "create index on directory_group (organization_id, external_id, connection_id)",
  "create index on membership (organization_id, user_id)",
  "create index on scim_token (organization_id, connection_id)",
  "create index on lost_link (organization_id, connection_id, external_id)",
  "create index on assignment (organization_id, role, scope)",
  "create index on decision (organization_id, account_id, id)",
  "create index on event (organization_id, subject_id, id)",
  "create index on pending_account (organization_id, loses desc, since)",
  "create index on personal_value (organization_id, subject_id)",
  "create unique index one_open_exception on exception (organization_id, kind, subject_id) where resolved_at is null",
  "create unique index one_published_mapping on mapping_version (organization_id) where state = 'published'",
  "create unique index one_draft_mapping on mapping_version (organization_id) where state = 'draft'",
];

/** Events and decisions are evidence: the application may add them, never change them. */
const grants = [
  `do $$ begin
    if not exists (select from pg_roles where rolname = 'rolebridge_app') then
      create role rolebridge_app nologin;
    end if;
  end $$`,
  "grant usage on schema public to rolebridge_app",
  "grant select, insert, update, delete on all tables in schema public to rolebridge_app",
  "revoke update, delete on event, decision, system_event from rolebridge_app",
  "revoke all on rolebridge_migration from rolebridge_app",
  "alter default privileges in schema public grant select, insert, update, delete on tables to rolebridge_app",
];

export class Foundation extends Migration {
  override up(): void {
    for (const statement of systemTables) this.addSql(statement);
    for (const [table, columns] of Object.entries(tenantTables)) {
      for (const statement of tenantTable(table, columns)) this.addSql(statement);
    }
    for (const statement of indexes) this.addSql(statement);
    for (const statement of grants) this.addSql(statement);
  }
}
