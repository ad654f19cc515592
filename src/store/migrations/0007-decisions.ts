import { Migration } from "@mikro-orm/migrations";
import { tenantTable } from "./tenant.ts";

/**
 * Raised with every change of roles, ladders or scopes. Who keeps a compiled mapping asks for the stamp: a number of a
 * transaction that rolled back is used again, a stamp never.
 */
const catalogue = [
  ...tenantTable(
    "catalogue",
    `version integer not null,
    stamp uuid not null default gen_random_uuid(),
    primary key (organization_id),
    foreign key (organization_id) references organization (id)`,
  ),
  ...tenantTable(
    "catalogue_version",
    `version integer not null,
    document jsonb not null,
    cause_event_id uuid not null,
    at timestamptz not null default now(),
    primary key (organization_id, version)`,
  ),
  ...tenantTable(
    "role_scope",
    `key text not null,
    description text not null default '',
    cause_event_id uuid not null,
    created_at timestamptz not null default now(),
    primary key (organization_id, key)`,
  ),
  `alter table role add column permissions jsonb not null default '[]',
    add column reserved boolean not null default false,
    add column ladder text, add column rank integer`,
];

/** What people decide about one person. An ended row stays: it is why a role was there, also when the role is gone. */
const decided = (columns: string) => `id uuid not null,
  ${columns},
  role text not null,
  scope text not null default '',
  reason text not null,
  cause_event_id uuid not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  ended_at timestamptz,
  primary key (organization_id, id)`;

const ofAccount = "foreign key (organization_id, account_id) references account (organization_id, id)";

const decisions = [
  ...tenantTable("invitation", decided("email_key text not null, domain text not null, account_id uuid")),
  ...tenantTable("role_grant", `${decided("account_id uuid not null, invitation_id uuid")}, ${ofAccount}`),
  ...tenantTable("exclusion", `${decided("account_id uuid not null")}, ${ofAccount}`),
  "create index on role_grant (organization_id, account_id) where ended_at is null",
  "create index on exclusion (organization_id, account_id) where ended_at is null",
  "create index on invitation (organization_id, email_key) where ended_at is null",
  ...["role_grant", "exclusion", "invitation"].map(
    (table) =>
      `create index on ${table} (organization_id, expires_at) where ended_at is null and expires_at is not null`,
  ),
];

/** `suspended_by`: the event. `merged_into`: the account that this one is another name of. */
const accounts = [
  "alter table account add column suspended_by uuid, add column merged_into uuid, add column due_at timestamptz",
  "create index on account (organization_id, due_at) where due_at is not null",
  "alter table assignment_reason alter column connection_id drop not null",
];

export class Decisions extends Migration {
  override up(): void {
    for (const statement of [...catalogue, ...decisions, ...accounts]) this.addSql(statement);
  }
}
