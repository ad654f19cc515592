import { Migration } from "@mikro-orm/migrations";
import { tenantTable } from "./tenant.ts";

const plan = tenantTable(
  "plan",
  `id uuid not null,
  kind text not null,
  state text not null,
  connection_id uuid,
  cause_event_id uuid not null,
  author_id uuid,
  mapping_version integer not null,
  base_version integer not null,
  catalogue_version integer not null,
  hash text,
  summary jsonb not null default '{}',
  created_at timestamptz not null default now(),
  approved_by uuid,
  approved_at timestamptz,
  applied_at timestamptz,
  ended_at timestamptz,
  undo_until timestamptz,
  applied_event_id uuid,
  holder uuid,
  lease_until timestamptz,
  primary key (organization_id, id)`,
);

/**
 * What a plan changes for one account. `state`: open, applied, moved, undone. `left_roles`: a digest of the roles that
 * applying it left there.
 */
const item = tenantTable(
  "plan_item",
  `plan_id uuid not null,
  account_id uuid not null,
  change jsonb not null,
  state text not null default 'open',
  left_roles text,
  primary key (organization_id, plan_id, account_id),
  foreign key (organization_id, plan_id) references plan (organization_id, id) on delete cascade`,
);

/** Roles that the guard keeps in spite of the facts. An empty role: that the account is active. */
const withheld = tenantTable(
  "withheld",
  `account_id uuid not null,
  role text not null,
  scope text not null default '',
  plan_id uuid not null,
  since timestamptz not null default now(),
  primary key (organization_id, account_id, role, scope),
  foreign key (organization_id, plan_id) references plan (organization_id, id)`,
);

/** Limits of inferred loss by one cause. The nil connection: the organization's own. */
const guard = tenantTable(
  "guard",
  `connection_id uuid not null,
  enabled boolean not null,
  accounts integer not null,
  percent integer not null,
  primary key (organization_id, connection_id),
  foreign key (organization_id) references organization (id)`,
);

const rest = [
  "create index on plan (organization_id, state, id)",
  "create index on withheld (organization_id, plan_id)",
  "alter table pending_account add column inferred_by uuid, add column named boolean not null default false",
];

export class Plans extends Migration {
  override up(): void {
    for (const statement of [...plan, ...item, ...withheld, ...guard, ...rest]) this.addSql(statement);
  }
}
