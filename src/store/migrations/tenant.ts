/**
 * The policy that keeps organizations apart. Without a tenant set, the setting is null or empty: no row matches, so
 * nothing is seen or written.
 */
const policy = (table: string) => [
  `alter table ${table} enable row level security`,
  `alter table ${table} force row level security`,
  `create policy tenant on ${table}
    using (organization_id = nullif(current_setting('rolebridge.organization', true), '')::uuid)
    with check (organization_id = nullif(current_setting('rolebridge.organization', true), '')::uuid)`,
];

/** The statements that make a tenant table: its organization comes first, and its policy with it. */
export const tenantTable = (table: string, columns: string): ReadonlyArray<string> => [
  `create table ${table} (organization_id uuid not null, ${columns})`,
  ...policy(table),
];
