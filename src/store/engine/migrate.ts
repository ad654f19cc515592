import { Effect, Redacted } from "effect";
import { sql } from "kysely";
import type { Unavailable } from "../../domain/index.ts";
import { type Engine, type Location, openOwner } from "./open.ts";
import { migrateQueue } from "./queue.ts";
import { attempt } from "./run.ts";

/** Any number that means "Rolebridge is migrating" to PostgreSQL's advisory locks. */
const migrationLock = 7_203_771_001;

const statements = [
  "grant usage on schema pgboss to rolebridge_app",
  "grant select, insert, update, delete on all tables in schema pgboss to rolebridge_app",
  "grant usage on all sequences in schema pgboss to rolebridge_app",
];

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** The application's login may become `rolebridge_app` and gets nothing else. */
const loginGrant = (location: Location): ReadonlyArray<string> => {
  if (location._tag !== "Server") return [];
  const login = decodeURIComponent(new URL(Redacted.value(location.url)).username);
  return login === "" ? [] : [`grant rolebridge_app to ${quoted(login)}`];
};

const grantAccess = (owner: Engine, location: Location) =>
  attempt(async () => {
    const db = owner.fork().getKysely();
    for (const text of [...statements, ...loginGrant(location)]) await sql.raw(text).execute(db);
  });

/** One instance migrates at a time; the others wait for it, then find nothing left to do. */
const alone = <A, E>(owner: Engine, work: Effect.Effect<A, E>): Effect.Effect<A, E | Unavailable> => {
  if (owner.kind === "embedded") return work;
  const em = owner.fork();
  const lock = attempt(async () => {
    await em.begin();
    await sql`select pg_advisory_xact_lock(${migrationLock})`.execute(em.getKysely());
  });
  return Effect.acquireUseRelease(
    lock,
    () => work,
    () => Effect.promise(() => em.rollback()),
  );
};

/** Brings the tables, the queue and the grants to this version. Safe to run again, and by several at once. */
export const migrate = Effect.fn("migrate")(function* (application: Engine, location: Location) {
  const owner = yield* openOwner(location, application);
  const work = Effect.gen(function* () {
    const applied = yield* attempt(() => owner.orm.migrator.up());
    yield* migrateQueue(owner);
    yield* grantAccess(owner, location);
    return applied.map((migration) => migration.name);
  });
  return yield* alone(owner, work);
}, Effect.scoped);
