import { Migrator } from "@mikro-orm/migrations";
import { MikroORM as PgliteORM } from "@mikro-orm/pglite";
import { type EntityManager, MikroORM as PostgresORM } from "@mikro-orm/postgresql";
import { migrations } from "../migrations/index.ts";
import { entities } from "../tables/index.ts";
import { PreparedClient } from "./prepared.ts";

/** What both engines have in common, as far as the store uses it. */
export interface Orm {
  readonly em: Pick<EntityManager, "fork">;
  readonly migrator: Pick<Migrator, "up" | "getPending">;
  close(): Promise<void>;
}

const common = {
  entities,
  extensions: [Migrator],
  migrations: {
    migrationsList: migrations,
    tableName: "rolebridge_migration",
    snapshot: false,
  },
  forceUtcTimezone: true,
  logger: () => {},
};

export const embeddedOrm = async (pglite: unknown): Promise<Orm> => {
  const orm = await PgliteORM.init({ ...common, dbName: "postgres", driverOptions: { pglite } });
  return orm as unknown as Orm;
};

export const serverOrm = async (url: string, connections: number): Promise<Orm> => {
  const orm = await PostgresORM.init({
    ...common,
    clientUrl: url,
    pool: { min: 0, max: connections },
    driverOptions: {
      Client: PreparedClient,
      connectionTimeoutMillis: 10_000,
      application_name: "rolebridge",
    },
  });
  return orm as unknown as Orm;
};
