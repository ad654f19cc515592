/** Upgrades of populated databases, by the real migrator, on both engines. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { Migration, Migrator } from "@mikro-orm/migrations";
import { MikroORM as PgliteORM } from "@mikro-orm/pglite";
import { MikroORM as PostgresORM } from "@mikro-orm/postgresql";
import { Effect, Redacted } from "effect";
import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import type { EventId } from "../../src/domain/index.ts";
import {
  insertUser,
  type Location,
  listConnections,
  listOrganizations,
  newId,
  newUserId,
  Store,
  userState,
} from "../../src/store/index.ts";
import { perOrganization } from "../../src/store/migrations/data.ts";
import { migrations } from "../../src/store/migrations/index.ts";
import { entities } from "../../src/store/tables/index.ts";
import { hasPostgres, newDatabase, postgresMissing } from "../support/engines.ts";
import { newOrganization } from "../support/world.ts";

/** Changes nothing on PostgreSQL: forced row-level security hides every row from the tables' owner too. */
class ForgetsTheOrganizations extends Migration {
  override async up(): Promise<void> {
    await this.execute("update connection set name = name || ' (unscoped)'");
  }
}

class AddsAColumnAndFillsIt extends Migration {
  override async up(): Promise<void> {
    await this.execute("alter table connection add column note text not null default ''");
    await perOrganization(
      this,
      "update connection set note = 'filled', name = name || ' (renamed)' where organization_id = ?",
    );
  }
}

const next = [
  ...migrations,
  { name: "9001-forgets", class: ForgetsTheOrganizations },
  { name: "9002-fills", class: AddsAColumnAndFillsIt },
];

const options = {
  entities,
  extensions: [Migrator],
  migrations: { migrationsList: next, tableName: "rolebridge_migration", snapshot: false },
  logger: () => {},
};

const upgradeServer = async (url: string) => {
  const orm = await PostgresORM.init({ ...options, clientUrl: url });
  const applied = await orm.migrator.up();
  await orm.close();
  return applied;
};

const upgradeFolder = async (folder: string) => {
  const pglite = await PGlite.create(join(folder, "pgdata"));
  const orm = await PgliteORM.init({ ...options, dbName: "postgres", driverOptions: { pglite } });
  const applied = await orm.migrator.up();
  await orm.close();
  await pglite.close();
  return applied;
};

const using = <A, E>(location: Location, effect: Effect.Effect<A, E, Store>) =>
  Effect.runPromise(effect.pipe(Effect.provide(Store.layer(location)), Effect.scoped));

const populate = (location: Location) =>
  using(location, Effect.all([newOrganization("okta"), newOrganization("entra")]));

const namesAfter = (location: Location, made: Awaited<ReturnType<typeof populate>>) =>
  using(
    location,
    Effect.gen(function* () {
      const store = yield* Store;
      return yield* Effect.forEach(made, ({ id }) => store.tenant(id, listConnections));
    }),
  ).then((all) => all.map((rows) => rows.map((row) => row.name)));

/** Any release begins somewhere: here a database of the first version, with people of one connection in it. */
const populateFirstVersion = async (execute: (statement: string) => Promise<unknown>) => {
  const id = (n: number) => `'00000000-0000-7000-8000-00000000000${n}'`;
  await execute(`insert into project (id, slug, name) values (${id(1)}, 'p', 'p')`);
  await execute(`insert into environment (id, project_id, slug, name) values (${id(2)}, ${id(1)}, 'e', 'e')`);
  await execute(
    `insert into organization (id, environment_id, slug, name) values (${id(3)}, ${id(2)}, 'old', 'old')`,
  );
  await execute(`select set_config('rolebridge.organization', ${id(3)}, false)`);
  await execute(`insert into connection (organization_id, id, kind, slug, name, directory_id)
    values (${id(3)}, ${id(4)}, 'scim', 'okta', 'okta', ${id(4)})`);
  await execute(`insert into directory_user (organization_id, id, connection_id, user_name_key, active, resource, cause_event_id)
    values (${id(3)}, ${id(5)}, ${id(4)}, 'ada', true, '{"userName": "ada"}', ${id(6)})`);
  await execute(`insert into directory_group (organization_id, id, connection_id, display_name, display_name_key, resource, cause_event_id)
    values (${id(3)}, ${id(7)}, ${id(4)}, 'ops', 'ops', '{"displayName": "ops"}', ${id(6)})`);
};

const firstVersion = {
  ...options,
  migrations: { ...options.migrations, migrationsList: migrations.slice(0, 1) },
};

const afterUpgrade = (location: Location) =>
  using(
    location,
    Effect.gen(function* () {
      const store = yield* Store;
      const [organization] = yield* listOrganizations();
      if (organization === undefined) return expect.unreachable();
      return yield* store.tenant(
        organization.id,
        Effect.fnUntraced(function* (tx) {
          const [connection] = yield* listConnections(tx);
          if (connection === undefined) return expect.unreachable();
          const groups = yield* Effect.promise(() =>
            tx.db.selectFrom("directory_group").select(["kind", "source_id as sourceId"]).execute(),
          );
          const state = userState({ userName: "Ada" }, true);
          const again = insertUser(tx, connection.id, newUserId(), state, newId<EventId>());
          const history = yield* Effect.promise(() =>
            tx.db
              .selectFrom("directory_user_history")
              .select([
                sql<boolean>`learned_at < (select complete_since from history_horizon)`.as("before"),
                "forgotten_at as forgottenAt",
              ])
              .execute(),
          );
          return { groups, history, again: yield* Effect.flip(again).pipe(Effect.map(({ _tag }) => _tag)) };
        }),
      );
    }),
  );

describe("a database of the first version", () => {
  const expected = {
    groups: [{ kind: "group", sourceId: "" }],
    history: [{ before: true, forgottenAt: null }],
    again: "NotUnique",
  };

  it.skipIf(!hasPostgres)(`is brought to this one on PostgreSQL${postgresMissing}`, async () => {
    const { location } = await newDatabase();
    if (location._tag !== "Server") return expect.unreachable();
    const orm = await PostgresORM.init({ ...firstVersion, clientUrl: Redacted.value(location.migrationUrl) });
    await orm.migrator.up();
    await orm.em.transactional((em) => populateFirstVersion((statement) => em.execute(statement)));
    await orm.close();
    expect(await afterUpgrade(location)).toEqual(expected);
  });

  it("is brought to this one on the embedded engine", async () => {
    const folder = mkdtempSync(join(tmpdir(), "rolebridge-upgrade-"));
    const pglite = await PGlite.create(join(folder, "pgdata"));
    const orm = await PgliteORM.init({ ...firstVersion, dbName: "postgres", driverOptions: { pglite } });
    await orm.migrator.up();
    await orm.em.transactional((em) => populateFirstVersion((statement) => em.execute(statement)));
    await orm.close();
    await pglite.close();
    expect(await afterUpgrade({ _tag: "Embedded", folder })).toEqual(expected);
  });
});

describe("upgrading a populated database", () => {
  it.skipIf(!hasPostgres)(
    `on PostgreSQL reaches every organization, and an unscoped statement reaches none${postgresMissing}`,
    async () => {
      const { location } = await newDatabase();
      const made = await populate(location);
      const url = location._tag === "Server" ? Redacted.value(location.migrationUrl) : "";
      expect((await upgradeServer(url)).map((one) => one.name)).toEqual(["9001-forgets", "9002-fills"]);
      expect(await namesAfter(location, made)).toEqual([["okta (renamed)"], ["entra (renamed)"]]);
    },
  );

  it("on the embedded engine reaches every organization", async () => {
    const folder = mkdtempSync(join(tmpdir(), "rolebridge-upgrade-"));
    const location: Location = { _tag: "Embedded", folder };
    const made = await populate(location);
    expect(await upgradeFolder(folder)).toHaveLength(2);
    const names = await namesAfter(location, made);
    expect(names.map((rows) => rows.map((name) => name.replace(" (unscoped)", "")))).toEqual([
      ["okta (renamed)"],
      ["entra (renamed)"],
    ]);
  });

  it("changes nothing when it runs again", async () => {
    const folder = mkdtempSync(join(tmpdir(), "rolebridge-upgrade-"));
    const location: Location = { _tag: "Embedded", folder };
    const made = await populate(location);
    expect(await namesAfter(location, made)).toEqual([["okta"], ["entra"]]);
  });
});
