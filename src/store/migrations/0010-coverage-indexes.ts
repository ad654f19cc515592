import { Migration } from "@mikro-orm/migrations";

/** Whom a rule reaches, and what a group leads to, is found without reading every reason there is. */
export class CoverageIndexes extends Migration {
  override up(): void {
    this.addSql("create index on assignment_reason (organization_id, rule, account_id)");
    this.addSql(
      "create index on assignment_reason (organization_id, group_id, account_id) where group_id is not null",
    );
  }
}
