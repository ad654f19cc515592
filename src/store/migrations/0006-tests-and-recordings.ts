import { Migration } from "@mikro-orm/migrations";
import { tenantTable } from "./tenant.ts";

/** `key` makes the pseudonyms. It is gone as soon as nothing more is recorded: then nothing leads back from them. */
const recording = tenantTable(
  "recording",
  `id uuid not null,
  connection_id uuid not null,
  key text,
  created_at timestamptz not null default now(),
  ends_at timestamptz not null,
  exchanges_left integer not null,
  bytes_left integer not null,
  skipped integer not null default 0,
  primary key (organization_id, id),
  foreign key (organization_id, connection_id) references connection (organization_id, id)`,
);

/** `id`: of the request, so that their order is the order in which they came. */
const exchange = tenantTable(
  "recorded_exchange",
  `id uuid not null,
  recording_id uuid not null,
  exchange jsonb not null,
  primary key (organization_id, recording_id, id),
  foreign key (organization_id, recording_id) references recording (organization_id, id) on delete cascade`,
);

/** What is recorded now stands with the connection: a request's credential brings it along. */
const columns = [
  "alter table scim_token add column for_test boolean not null default false",
  "alter table connection add column recording_id uuid, add column recording_until timestamptz",
  "create index on recording (organization_id, connection_id)",
];

export class TestsAndRecordings extends Migration {
  override up(): void {
    for (const statement of [...recording, ...exchange, ...columns]) this.addSql(statement);
  }
}
