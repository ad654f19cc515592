import { Migration } from "@mikro-orm/migrations";
import { tenantTable } from "./tenant.ts";

/** Where people of a domain sign in. Goes with the domain: whoever claims it anew says it anew. */
const domains = tenantTable(
  "login_domain",
  `name text not null,
  connection_id uuid not null,
  primary key (organization_id, name),
  foreign key (organization_id, name) references scim_domain (organization_id, name) on delete cascade,
  foreign key (organization_id, connection_id) references connection (organization_id, id)`,
);

const indexes = ["create index on login_domain (organization_id, connection_id)"];

export class LoginDomains extends Migration {
  override up(): void {
    for (const statement of [...domains, ...indexes]) this.addSql(statement);
  }
}
