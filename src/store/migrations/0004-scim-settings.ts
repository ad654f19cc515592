import { Migration } from "@mikro-orm/migrations";
import { tenantTable } from "./tenant.ts";

const settings = tenantTable(
  "scim_settings",
  `schemas jsonb not null default '[]',
  version integer not null default 1,
  enabled boolean not null default true,
  primary key (organization_id),
  foreign key (organization_id) references organization (id)`,
);

export class ScimSettings extends Migration {
  override up(): void {
    for (const statement of settings) this.addSql(statement);
  }
}
