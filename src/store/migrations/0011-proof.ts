import { Migration } from "@mikro-orm/migrations";
import { tenantTable } from "./tenant.ts";

/** How far the rolling recomputation is, and what it has found. */
const proof = tenantTable(
  "proof",
  `after_account_id uuid not null,
  accounts bigint not null default 0,
  differences bigint not null default 0,
  checked_at timestamptz not null default now(),
  round_at timestamptz,
  primary key (organization_id),
  foreign key (organization_id) references organization (id)`,
);

export class RollingProof extends Migration {
  override up(): void {
    for (const statement of proof) this.addSql(statement);
    // Null: by what was in force when it was made.
    this.addSql("alter table account add column evaluated_at timestamptz");
  }
}
