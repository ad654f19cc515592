/** What operators do to a database beside the server: bring it to this version, or ask whether it is. */
import { Effect } from "effect";
import { sql } from "kysely";
import { migrations } from "../migrations/index.ts";
import { isFirstStart } from "./lock.ts";
import { migrate } from "./migrate.ts";
import { type Location, open, openOwner } from "./open.ts";
import { attempt } from "./run.ts";

/** Brings the database to this version. Gives the migrations that this took. */
export const migrateDatabase = Effect.fn("migrateDatabase")(function* (location: Location) {
  const engine = yield* open(location);
  return yield* migrate(engine, location);
}, Effect.scoped);

/** Has the first start made the embedded database in this folder? */
export const hasEmbedded = (folder: string): boolean => !isFirstStart(folder);

/** The migrations this version would still run. Changes nothing: MikroORM's own question makes its table. */
export const pendingMigrations = Effect.fn("pendingMigrations")(function* (location: Location) {
  const application = yield* open(location);
  const owner = yield* openOwner(location, application);
  const done = yield* attempt(async () => {
    await sql`select 1`.execute(application.fork().getKysely());
    const db = owner.fork().getKysely();
    const table = await sql<{ there: boolean }>`
      select to_regclass('rolebridge_migration') is not null as there`.execute(db);
    if (table.rows[0]?.there !== true) return [];
    return (await sql<{ name: string }>`select name from rolebridge_migration`.execute(db)).rows;
  });
  const names = new Set(done.map(({ name }) => name));
  return migrations.map(({ name }) => name).filter((name) => !names.has(name));
}, Effect.scoped);
