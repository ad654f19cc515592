import { Migration } from "@mikro-orm/migrations";
import { tenantTable } from "./tenant.ts";

/** What is to be written through a connection. */
const push = tenantTable(
  "push",
  `connection_id uuid not null,
  mode text not null,
  settings jsonb not null,
  identity text,
  failures integer not null default 0,
  last_success_at timestamptz,
  retry_at timestamptz,
  reason text,
  detail text,
  holder uuid,
  lease_until timestamptz,
  primary key (organization_id, connection_id),
  foreign key (organization_id, connection_id) references connection (organization_id, id)`,
);

/** Accounts of which something may have to be written. A later `since` than the one that was worked stays. */
const pending = tenantTable(
  "push_pending",
  `connection_id uuid not null,
  account_id uuid not null,
  cause_event_id uuid not null,
  since timestamptz not null default clock_timestamp(),
  primary key (organization_id, connection_id, account_id)`,
);

/** How an account stands there: whom it is, a digest of what was wanted and written, and what did not work. */
const pushed = tenantTable(
  "pushed",
  `connection_id uuid not null,
  account_id uuid not null,
  remote_id text,
  digest text,
  pushed_at timestamptz,
  failures integer not null default 0,
  retry_at timestamptz,
  reason text,
  detail text,
  primary key (organization_id, connection_id, account_id)`,
);

/** The marks of what is ours in an outside directory. No reference to its account: a mark outlives it. */
const intent = [
  ...tenantTable(
    "intent",
    `id uuid not null,
    identity text not null,
    connection_id uuid not null,
    account_id uuid not null,
    subject text not null,
    fact text not null,
    object text not null,
    kind text,
    state text not null,
    before jsonb,
    after jsonb,
    cause_event_id uuid not null,
    created_at timestamptz not null default now(),
    done_at timestamptz,
    ended_at timestamptz,
    primary key (organization_id, id)`,
  ),
  `create unique index intent_living on intent (organization_id, identity, subject, fact, object)
    where state in ('open', 'held', 'drifted')`,
  "create index on intent (organization_id, account_id)",
];

export class Push extends Migration {
  override up(): void {
    for (const statement of [...push, ...pending, ...pushed, ...intent]) this.addSql(statement);
  }
}
