/** A private PostgreSQL from the programs of this machine, for tests and benchmarks. */
import { execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";

/** The newest PostgreSQL programs there are. */
export const programs = (): string | undefined => {
  const base = "/usr/lib/postgresql";
  const versions = existsSync(base) ? readdirSync(base).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => `${base}/${version}/bin`).find((folder) => existsSync(`${folder}/initdb`));
};

/** PostgreSQL refuses to run as root: then it runs as the user its package made. */
const owner = () => {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
};

/** A TCP port nobody listens on right now. */
export const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });

const untilAnswers = async (url: string): Promise<void> => {
  for (let left = 100; ; left -= 1) {
    const client = new pg.Client(url);
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
};

export const startPrivate = async (bin: string) => {
  const folder = mkdtempSync(join(tmpdir(), "rolebridge-pg-"));
  const as = owner();
  if (as.uid !== undefined) chownSync(folder, as.uid, as.gid ?? 0);
  const data = join(folder, "data");
  const options = ["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"];
  execFileSync(`${bin}/initdb`, ["-D", data, ...options], { ...as, cwd: folder, stdio: "ignore" });
  const port = await freePort();
  const settings = ["fsync=off", "max_connections=200", "shared_preload_libraries=pg_stat_statements"];
  const server = spawn(
    `${bin}/postgres`,
    [
      "-D",
      data,
      "-p",
      String(port),
      "-k",
      folder,
      "-h",
      "127.0.0.1",
      ...settings.flatMap((one) => ["-c", one]),
    ],
    { ...as, cwd: folder, stdio: "ignore" },
  );
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  await untilAnswers(url);
  const stop = () =>
    new Promise<void>((resolve) => {
      server.once("exit", () => {
        rmSync(folder, { recursive: true, force: true });
        resolve();
      });
      server.kill("SIGINT");
    });
  return { url, stop, pid: server.pid ?? 0 };
};

/** A new database of the owner, and its address for each user. */
export const makeDatabase = async (url: string, name: string) => {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(`create database ${name} owner rb_owner`);
  await client.end();
  const at = (user: string): string => {
    const address = new URL(url);
    address.username = user;
    address.password = user === new URL(url).username ? address.password : "";
    address.pathname = `/${name}`;
    return address.toString();
  };
  return { at, env: { DATABASE_URL: at("rb_login"), MIGRATION_DATABASE_URL: at("rb_owner") } };
};

/** The three roles, once per server: who owns the tables, who logs in, what the login may become. */
export const makeRoles = async (url: string) => {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(`do $$ begin
    if not exists (select from pg_roles where rolname = 'rolebridge_app') then create role rolebridge_app nologin; end if;
    if not exists (select from pg_roles where rolname = 'rb_owner') then create role rb_owner login createrole; end if;
    if not exists (select from pg_roles where rolname = 'rb_login') then create role rb_login login noinherit; end if;
  end $$`);
  await client.query("grant rolebridge_app to rb_owner with admin option");
  await client.query("grant rolebridge_app to rb_login");
  await client.end();
};
