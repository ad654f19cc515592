import { Migration } from "@mikro-orm/migrations";
import { historyTriggers } from "./history.ts";
import { tenantTable } from "./tenant.ts";

/** What is kept of connections since: also whether they wait. */
const connections = {
  table: "connection",
  key: { id: "uuid" },
  kept: {
    slug: "text",
    kind: "text",
    enabled: "boolean",
    lifecycle_authority: "boolean",
    waits: "boolean",
  },
  since: "created_at",
};

/** Accounts that lost something lately by what was only inferred, by the connection it came through. */
const losses = [
  ...tenantTable(
    "inferred_loss",
    `connection_id uuid not null,
    account_id uuid not null,
    at timestamptz not null default now(),
    primary key (organization_id, connection_id, account_id),
    foreign key (organization_id) references organization (id)`,
  ),
  "create index on inferred_loss (organization_id, at)",
];

/** A connection that is read and does not count before the plan of its first sync is applied. */
export class FirstSync extends Migration {
  override up(): void {
    for (const name of ["connection", "connection_history"])
      this.addSql(`alter table ${name} add column waits boolean not null default false`);
    for (const how of ["added", "changed", "removed"])
      this.addSql(`drop function connection_${how}() cascade`);
    for (const statement of [...historyTriggers(connections), ...losses]) this.addSql(statement);
  }
}
