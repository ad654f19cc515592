import { Effect } from "effect";
import { sql } from "kysely";
import { type Engine, type Location, open } from "./open.ts";
import { attempt } from "./run.ts";

interface Rights {
  readonly mighty: boolean;
  readonly owner: boolean;
}

const ask = sql<Rights>`
  select r.rolsuper or r.rolbypassrls as mighty,
    exists (select from pg_tables t where t.tablename = 'event' and t.tableowner = r.rolname) as owner
  from pg_roles r where r.rolname = session_user`;

const advice = "Sign in as docs/operating.md says, with a login of its own.";

/**
 * What is wrong with the login the application uses, in a sentence; undefined where nothing is. The embedded
 * database has one session, which must be the owner's: nobody else can reach it.
 */
export const loginComplaint = Effect.fn("loginComplaint")(function* (engine: Engine) {
  if (engine.kind === "embedded") return undefined;
  const { rows } = yield* attempt(() => ask.execute(engine.fork().getKysely()));
  const [rights] = rows;
  if (rights?.mighty) return `The database login reads past row-level security. ${advice}`;
  if (rights?.owner) return `The database login owns the tables, and could change evidence. ${advice}`;
  return undefined;
});

/** The same for a database that is not open. */
export const loginComplaintOf = Effect.fn("loginComplaintOf")(function* (location: Location) {
  return location._tag === "Server" ? yield* loginComplaint(yield* open(location)) : undefined;
}, Effect.scoped);
