import type { Migration } from "@mikro-orm/migrations";

/**
 * Runs one statement in every organization, with its id for the statement's `?`: the form every data migration must
 * have. On PostgreSQL the tables' owner is under the same forced row-level security as everyone, so that an unscoped
 * statement would change nothing and say nothing; the embedded engine's superuser would hide that.
 */
export const perOrganization = async (migration: Migration, statement: string): Promise<void> => {
  for (const { id } of await migration.execute("select id from organization order by id")) {
    await migration.execute("select set_config('rolebridge.organization', ?, true)", [id]);
    await migration.execute(statement, [id]);
  }
  await migration.execute("select set_config('rolebridge.organization', '', true)");
};
