import { Migration } from "@mikro-orm/migrations";
import { tenantTable } from "./tenant.ts";

const application = tenantTable(
  "application",
  `id uuid not null,
  slug text not null,
  name text not null,
  return_addresses jsonb not null,
  created_at timestamptz not null default now(),
  primary key (organization_id, id),
  unique (organization_id, slug)`,
);

const applicationSecret = tenantTable(
  "application_secret",
  `id uuid not null,
  application_id uuid not null,
  hash text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  primary key (organization_id, id),
  foreign key (organization_id, application_id) references application (organization_id, id) on delete cascade`,
);

/** None: as usual. */
const settings = tenantTable(
  "login_settings",
  `connection_id uuid not null,
  provisioning text not null,
  lapse_days integer not null,
  primary key (organization_id, connection_id),
  foreign key (organization_id, connection_id) references connection (organization_id, id)`,
);

/**
 * Every reply that came, and what was made of it. Exchanged, it is a session: until `until`, or until it ended.
 * `provider_session`: the provider's own name for it. `tested`: of a test, what it told of.
 */
const login = tenantTable(
  "login",
  `id uuid not null,
  connection_id uuid not null,
  application_id uuid,
  account_id uuid,
  user_id uuid,
  outcome text not null,
  checks jsonb not null,
  tested jsonb,
  at timestamptz not null default now(),
  provider_session text,
  until timestamptz,
  exchanged_at timestamptz,
  ended_at timestamptz,
  primary key (organization_id, id)`,
);

/** Logins and replies that were used, by a hash, until nobody would accept them any more. */
const once = tenantTable(
  "login_once",
  `connection_id uuid not null,
  hash text not null,
  expires_at timestamptz not null,
  primary key (organization_id, connection_id, hash)`,
);

const code = tenantTable(
  "login_code",
  `id uuid not null,
  hash text not null,
  login_id uuid not null,
  application_id uuid not null,
  account_id uuid not null,
  expires_at timestamptz not null,
  primary key (organization_id, id),
  foreign key (organization_id, application_id) references application (organization_id, id) on delete cascade`,
);

/**
 * Until when what a login said of a person's groups is believed, and when the provider said what was taken last.
 * `missing`: why the last one said nothing of them.
 */
const facts = tenantTable(
  "login_facts",
  `connection_id uuid not null,
  user_id uuid not null,
  until timestamptz not null,
  said_at timestamptz not null,
  missing text,
  primary key (organization_id, user_id)`,
);

const indexes = [
  "create index on application_secret (organization_id, application_id)",
  "create index on login (organization_id, at desc)",
  "create index on login (organization_id, account_id)",
  "create index on login (organization_id, connection_id, id) where outcome = 'refused'",
  "create index on login (organization_id, user_id)",
  "create index on login (organization_id, connection_id, provider_session) where provider_session is not null",
  "create index on login_once (organization_id, expires_at)",
  "create index on login_code (organization_id, expires_at)",
  "create index on login_facts (organization_id, until)",
];

export class Logins extends Migration {
  override up(): void {
    const tables = [application, applicationSecret, settings, login, once, code, facts];
    for (const statement of [...tables.flat(), ...indexes]) this.addSql(statement);
  }
}
