import { Migration } from "@mikro-orm/migrations";
import { tenantTable } from "./tenant.ts";

/** Environments' credentials, and the one connection of an organization that they write to. */
const environmentTokens = [
  `create table environment_token (
    id uuid primary key, environment_id uuid not null references environment (id), hash text not null,
    label text not null, created_at timestamptz not null default now(), expires_at timestamptz,
    revoked_at timestamptz, last_used_at timestamptz)`,
  "create index on environment_token (environment_id)",
  "create index on system_event (subject_id, id)",
  "alter table connection add column for_environment boolean not null default false",
  `create unique index one_connection_for_environment on connection (organization_id)
    where for_environment`,
];

/**
 * What organizations claim, and whose a verified domain is: one organization's in the whole installation, which is
 * why the second table is none of an organization's.
 */
const domains = [
  ...tenantTable(
    "scim_domain",
    `name text not null,
    challenge text not null,
    created_at timestamptz not null default now(),
    verified_at timestamptz,
    primary key (organization_id, name),
    foreign key (organization_id) references organization (id)`,
  ),
  `create table verified_domain (
    name text primary key, organization_id uuid not null references organization (id))`,
];

const switches = [
  "alter table scim_settings add column domains_only boolean not null default false",
  "alter table scim_settings add column roles boolean not null default false",
];

export class AddressesAndDomains extends Migration {
  override up(): void {
    for (const statement of [...environmentTokens, ...domains, ...switches]) this.addSql(statement);
  }
}
