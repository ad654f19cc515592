import { Migration } from "@mikro-orm/migrations";

/** Following what a source tells has changed, between the readings of everything. */
export class Follow extends Migration {
  override up(): void {
    this.addSql(`alter table sync_state
      add column follow_seconds integer,
      add column cursor jsonb,
      add column followed_at timestamptz,
      add column changed_at timestamptz,
      add column lag_millis integer,
      add column follow_failures integer not null default 0,
      add column follow_reason text,
      add column follow_detail text,
      add column follow_holder uuid,
      add column follow_lease_until timestamptz`);
    this.addSql("alter table run add column follows boolean not null default false");
  }
}
