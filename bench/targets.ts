/** What is measured: servers in processes of their own, on PostgreSQL or on the embedded database. */
import { type ChildProcess, fork, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import { makeDatabase, makeRoles, programs, startPrivate } from "../test/support/private-postgres.ts";
import type { Rows } from "./seed.ts";

export interface Target {
  readonly pid: number;
  /** Where operations go. */
  readonly url: string;
  readonly token: string;
}

export interface Product extends Target {
  readonly root: string;
  readonly operatorToken: string;
  readonly folder: string;
  readonly stop: () => Promise<void>;
}

/** What must not be left running when a benchmark breaks off. */
const running = new Set<ChildProcess | { kill(signal: NodeJS.Signals): boolean }>();

export const stopAll = () => {
  for (const child of running) child.kill("SIGTERM");
};

const stopping = (child: ChildProcess) => () =>
  new Promise<void>((resolve) => {
    child.once("exit", () => {
      running.delete(child);
      resolve();
    });
    child.kill("SIGTERM");
  });

export const startProduct = async (
  env: NodeJS.ProcessEnv,
  folder = mkdtempSync(join(tmpdir(), "rolebridge-bench-")),
): Promise<Product> => {
  const main = new URL("../src/main.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [main, "serve"], {
    env: { ...process.env, ...env, PORT: "0", ROLEBRIDGE_DATA: folder, LOG_LEVEL: "error" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  running.add(child);
  const [said] = await Promise.race([
    new Promise<ReadonlyArray<unknown>>((resolve) => child.stdout.once("data", (...data) => resolve(data))),
    new Promise<never>((_, reject) =>
      child.once("exit", (code) => reject(new Error(`The server stopped with ${code}.`))),
    ),
  ]);
  const quickStart = JSON.parse(readFileSync(join(folder, "quickstart.json"), "utf8"));
  // On a second start of the same folder the file still names the port of the first.
  const root = /http:\/\/[^\s/]+/.exec(String(said))?.[0] ?? quickStart.url;
  return {
    pid: child.pid ?? 0,
    root,
    url: `${root}/scim/v2`,
    token: quickStart.scimToken,
    operatorToken: quickStart.operatorToken,
    folder,
    stop: stopping(child),
  };
};

export const startReference = async (env: NodeJS.ProcessEnv) => {
  const child = fork(new URL("./reference.ts", import.meta.url), { env: { ...process.env, ...env } });
  running.add(child);
  const port = await new Promise<number>((resolve) =>
    child.once("message", (message) => resolve(Number(message))),
  );
  const target: Target = { pid: child.pid ?? 0, url: `http://127.0.0.1:${port}`, token: "reference" };
  return { ...target, stop: stopping(child) };
};

/** A PostgreSQL of its own with an empty database. */
export const startPostgres = async () => {
  const bin = programs();
  if (bin === undefined) throw new Error("The benchmark needs PostgreSQL's programs (Debian: postgresql).");
  const postgres = await startPrivate(bin);
  const handle = { kill: () => process.kill(postgres.pid, "SIGINT") };
  running.add(handle);
  await makeRoles(postgres.url);
  const { at, env } = await makeDatabase(postgres.url, "bench");
  const client = new pg.Client(at("postgres"));
  await client.connect();
  await client.query("create extension pg_stat_statements");
  const rows: Rows = async (text, values = []) => (await client.query(text, [...values])).rows;
  return {
    pid: postgres.pid,
    rows,
    env,
    stop: async () => {
      await client.end();
      await postgres.stop();
      running.delete(handle);
    },
  };
};

/** The product on the embedded database, filled by `fill` while it was stopped. */
export const startEmbedded = async <T>(fill: (rows: Rows) => Promise<T>) => {
  const first = await startProduct({});
  await first.stop();
  const pglite = await PGlite.create(join(first.folder, "pgdata"));
  const filled = await fill(
    async (text, values = []) => (await pglite.query(text, [...values])).rows as never,
  );
  await pglite.close();
  const product = await startProduct({}, first.folder);
  const stop = async () => {
    await product.stop();
    rmSync(first.folder, { recursive: true, force: true });
  };
  return { product: { ...product, stop }, filled };
};
