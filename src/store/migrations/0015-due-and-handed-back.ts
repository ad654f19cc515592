import { Migration } from "@mikro-orm/migrations";

/** Runs that are not begun before their time, and runs about one group. */
const runs = [
  "alter table run add column due_at timestamptz, add column group_id uuid",
  "drop index one_waiting_run",
  `create unique index one_waiting_run on run
    (organization_id, connection_id, coalesce(user_id, group_id, organization_id)) where state = 'waiting'`,
];

/**
 * What is written: whether the system calls people by their email; whether a person approved a deletion; and of what was
 * handed back, whether it yields: it is not written again until it is wanted anew.
 */
const pushes = [
  "alter table push add column named_by_email boolean not null default false",
  "alter table pushed add column approved boolean not null default false",
  "alter table intent add column yields boolean not null default false",
  "create index intent_begun on intent (organization_id, connection_id) where state = 'open'",
  "create index intent_yielding on intent (organization_id, identity, subject) where yields",
];

export class DueAndHandedBack extends Migration {
  override up(): void {
    for (const statement of [...runs, ...pushes]) this.addSql(statement);
  }
}
