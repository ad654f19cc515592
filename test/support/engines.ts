/** The two engines, so that one suite can run on both. */
import { randomBytes } from "node:crypto";
import { Redacted } from "effect";
import pg from "pg";
import { inject } from "vitest";
import type { Location } from "../../src/store/index.ts";
import { makeDatabase } from "./private-postgres.ts";

const found = inject("postgres");

export const hasPostgres = "url" in found;
export const postgresMissing = "missing" in found ? found.missing : "";

/** Runs statements as a superuser, past every policy: for looking behind the application's back. */
export const asSuperuser = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

export interface TestDatabase {
  readonly location: Location;
  /** A superuser's address of the same database. */
  readonly superuser: string;
}

/** A new empty database on the PostgreSQL server, with the owner and the login the documentation asks for. */
export const newDatabase = async (connections = 5): Promise<TestDatabase> => {
  if (!("url" in found)) throw new Error(found.missing);
  const name = `rb_${randomBytes(6).toString("hex")}`;
  const { at } = await makeDatabase(found.url, name);
  return {
    superuser: at("postgres"),
    location: {
      _tag: "Server",
      url: Redacted.make(at("rb_login")),
      migrationUrl: Redacted.make(at("rb_owner")),
      connections,
    },
  };
};

export interface EngineCase {
  readonly name: string;
  readonly skip: boolean;
  readonly location: () => Promise<Location>;
}

export const engines: ReadonlyArray<EngineCase> = [
  { name: "embedded", skip: false, location: async () => ({ _tag: "Memory" }) },
  {
    name: hasPostgres ? "PostgreSQL" : `PostgreSQL (skipped, because ${postgresMissing})`,
    skip: !hasPostgres,
    location: async () => (await newDatabase()).location,
  },
];
