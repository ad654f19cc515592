import { Effect, Schema } from "effect";
import { loadSettings } from "../../../config/index.ts";
import { asking } from "../define.ts";
import { environment } from "../flags.ts";
import { Server } from "../server.ts";

const Migrated = Schema.Struct({ database: Schema.String, migrations: Schema.Array(Schema.String) });

export const migrate = asking({
  name: "migrate",
  does: "Brings the database to this version. A server does the same when it starts.",
  more: "For PostgreSQL whose tables belong to another login: set MIGRATION_DATABASE_URL, as for the server.",
  examples: [{ command: "rolebridge migrate", description: "Says which migrations ran" }],
  input: {},
  prints: Migrated,
  run: Effect.fnUntraced(function* () {
    const settings = yield* loadSettings(yield* environment, false);
    const { locationOf } = yield* (yield* Server).load;
    const { migrateDatabase } = yield* Effect.promise(() => import("../../store/index.ts"));
    const location = locationOf(settings);
    const migrations = yield* migrateDatabase(location);
    return { database: location._tag === "Embedded" ? location.folder : "PostgreSQL", migrations };
  }),
  view: ({ database, migrations }) => ({
    lines:
      migrations.length === 0
        ? [{ text: `The database (${database}) is at this version already.` }]
        : [
            { text: `The database (${database}) was brought to this version:` },
            ...migrations.map((name) => ({ text: `  ${name}` })),
          ],
  }),
});
