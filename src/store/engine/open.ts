import { PGlite } from "@electric-sql/pglite";
import type { EntityManager } from "@mikro-orm/postgresql";
import { Effect, Redacted } from "effect";
import { type ConstructorOptions, fromPglite, PgBoss } from "pg-boss";
import { isFirstStart, lockFolder } from "./lock.ts";
import { embeddedOrm, type Orm, serverOrm } from "./orm.ts";
import { attempt } from "./run.ts";

/** Where the data is: a folder with an embedded PostgreSQL, memory (for tests), or a PostgreSQL server. */
export type Location =
  | { readonly _tag: "Embedded"; readonly folder: string }
  | { readonly _tag: "Memory" }
  | {
      readonly _tag: "Server";
      readonly url: Redacted.Redacted<string>;
      readonly migrationUrl: Redacted.Redacted<string>;
      readonly connections: number;
    };

/** An open database: sessions through MikroORM, and how pg-boss reaches the same data. */
export interface Engine {
  readonly kind: "embedded" | "server";
  readonly orm: Orm;
  fork(): EntityManager;
  boss(options: ConstructorOptions): PgBoss;
}

const closing = (orm: Orm) => Effect.promise(() => orm.close());

const overPglite = Effect.fn("overPglite")(function* (pglite: PGlite) {
  const orm = yield* Effect.acquireRelease(
    attempt(() => embeddedOrm(pglite)),
    closing,
  );
  return {
    kind: "embedded",
    orm,
    fork: () => orm.em.fork() as EntityManager,
    boss: (options) => new PgBoss({ ...options, backend: "pglite", db: fromPglite(pglite) }),
  } satisfies Engine as Engine;
});

const openPglite = (folder: string | undefined) =>
  Effect.acquireRelease(
    attempt(() => PGlite.create(folder)),
    (pglite) => Effect.promise(() => pglite.close()),
  );

const openEmbedded = Effect.fn("openEmbedded")(function* (folder: string) {
  yield* lockFolder(folder);
  if (isFirstStart(folder)) {
    yield* Effect.logInfo("Making the embedded database: about ten seconds, this first time only.");
  }
  return yield* overPglite(yield* openPglite(`${folder}/pgdata`));
});

/** `role`: what the queue's own connections become, so that they can do no more than the application. */
const openServer = Effect.fn("openServer")(function* (
  url: Redacted.Redacted<string>,
  connections: number,
  role: string | undefined,
) {
  const connectionString = Redacted.value(url);
  const orm = yield* Effect.acquireRelease(
    attempt(() => serverOrm(connectionString, connections)),
    closing,
  );
  const session = role === undefined ? {} : { options: `-c role=${role}` };
  return {
    kind: "server",
    orm,
    fork: () => orm.em.fork() as EntityManager,
    boss: (options) => new PgBoss({ ...options, ...session, connectionString, max: 2 }),
  } satisfies Engine as Engine;
});

/** Opens the database for the application. Fails with `FolderInUse` when another process has the folder. */
export const open = (location: Location) => {
  switch (location._tag) {
    case "Embedded":
      return openEmbedded(location.folder);
    case "Memory":
      return Effect.flatMap(openPglite(undefined), overPglite);
    case "Server":
      return openServer(location.url, location.connections, "rolebridge_app");
  }
};

/** The same database as the owner of its tables. The embedded one has a single session: it is shared. */
export const openOwner = (location: Location, application: Engine) =>
  location._tag === "Server" ? openServer(location.migrationUrl, 2, undefined) : Effect.succeed(application);
