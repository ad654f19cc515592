import { Migration } from "@mikro-orm/migrations";
import { perOrganization } from "./data.ts";
import { type History, historyStatements, seedOf } from "./history.ts";
import { tenantTable } from "./tenant.ts";

const histories: ReadonlyArray<History> = [
  {
    table: "directory_user",
    key: { id: "uuid" },
    kept: { connection_id: "uuid", active: "boolean", resource: "jsonb", cause_event_id: "uuid" },
    since: "created_at",
  },
  {
    table: "directory_group",
    key: { id: "uuid" },
    kept: { external_id: "text", display_name: "text", kind: "text" },
    since: "created_at",
  },
  {
    table: "membership",
    key: { user_id: "uuid", group_id: "uuid" },
    kept: { cause_event_id: "uuid" },
    since: "since",
  },
  {
    table: "account_link",
    key: { user_id: "uuid" },
    kept: { account_id: "uuid" },
    since: "created_at",
  },
  {
    table: "lost_link",
    key: { account_id: "uuid", user_id: "uuid" },
    kept: { connection_id: "uuid" },
    since: "lost_at",
  },
  {
    table: "connection",
    key: { id: "uuid" },
    kept: { slug: "text", kind: "text", enabled: "boolean", lifecycle_authority: "boolean" },
    since: "created_at",
  },
];

/**
 * Accounts are written with every decision: only a row whose suspension changes does anything here. `cause_event_id`:
 * the event by which an operator suspended it.
 */
const suspensions = [
  ...tenantTable(
    "suspension_history",
    `account_id uuid not null,
    cause_event_id uuid not null,
    learned_at timestamptz not null,
    learned_in timestamptz not null,
    forgotten_at timestamptz,
    forgotten_in timestamptz,
    primary key (organization_id, account_id, learned_at)`,
  ),
  "create index on suspension_history (organization_id, forgotten_at) where forgotten_at is not null",
  `create function account_suspended() returns trigger language plpgsql as $$
    declare moment timestamptz := clock_timestamp();
    begin
      update suspension_history set forgotten_at = moment, forgotten_in = now()
        where organization_id = new.organization_id and account_id = new.id and forgotten_at is null;
      if new.suspended_by is not null then
        insert into suspension_history (organization_id, account_id, cause_event_id, learned_at, learned_in)
          values (new.organization_id, new.id, new.suspended_by, moment, now())
        on conflict (organization_id, account_id, learned_at) do update set
          cause_event_id = excluded.cause_event_id, learned_in = excluded.learned_in,
          forgotten_at = null, forgotten_in = null;
      end if;
      return null;
    end $$`,
  `create trigger account_suspended after update of suspended_by on account for each row
    when (old.suspended_by is distinct from new.suspended_by) execute function account_suspended()`,
];

const seedSuspensions = `insert into suspension_history
    (organization_id, account_id, cause_event_id, learned_at, learned_in)
  select a.organization_id, a.id, a.suspended_by, coalesce(e.at, a.updated_at), coalesce(e.at, a.updated_at)
  from account a left join event e on e.organization_id = a.organization_id and e.id = a.suspended_by
  where a.organization_id = ? and a.suspended_by is not null`;

/** Since when the facts of an organization are known in full. No row: since it was made. */
const horizon = tenantTable(
  "history_horizon",
  `complete_since timestamptz not null,
  primary key (organization_id),
  foreign key (organization_id) references organization (id)`,
);

/** `made_at`: `at` is when the transaction began, which may have waited long for the account. */
const rest = [
  "create index on account_link_history (organization_id, account_id)",
  "alter table decision add column made_at timestamptz",
  "alter table decision alter column made_at set default clock_timestamp()",
];

export class FactHistory extends Migration {
  override async up(): Promise<void> {
    const tables = histories.flatMap(historyStatements);
    for (const statement of [...tables, ...suspensions, ...horizon, ...rest]) await this.execute(statement);
    for (const history of histories) await perOrganization(this, seedOf(history));
    await perOrganization(this, seedSuspensions);
    await perOrganization(
      this,
      "insert into history_horizon (organization_id, complete_since) values (?, now())",
    );
  }
}
