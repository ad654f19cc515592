/**
 * `npm run bench`: CPU per operation, in Node and in PostgreSQL, beside a bare server doing the least that such an
 * operation can be done with. Figures of one run on one machine compare with each other, not with another run's.
 */
import { type ChildProcess, fork, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { makeRoles, programs, startPrivate } from "../test/support/private-postgres.ts";
import { cpuOf, cpuOfTree } from "./cpu.ts";
import { type Call, sendAll } from "./load.ts";
import { type Seeded, seed } from "./seed.ts";

const operations = 400;
const rounds = 3;

interface Target {
  readonly pid: number;
  readonly url: string;
  readonly token: string;
}

/** What must not be left running when a benchmark breaks off. */
const running: Array<{ kill(signal: NodeJS.Signals): boolean }> = [];

const startProduct = async (env: NodeJS.ProcessEnv) => {
  const folder = mkdtempSync(join(tmpdir(), "rolebridge-bench-"));
  const main = new URL("../src/main.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [main, "serve"], {
    env: { ...process.env, ...env, PORT: "0", ROLEBRIDGE_DATA: folder, LOG_LEVEL: "error" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  running.push(child);
  await new Promise<void>((resolve, reject) => {
    child.stdout.once("data", () => resolve());
    child.once("exit", (code) => reject(new Error(`The server stopped with ${code}.`)));
  });
  const quickStart = JSON.parse(readFileSync(join(folder, "quickstart.json"), "utf8"));
  rmSync(folder, { recursive: true, force: true });
  return { child, pid: child.pid ?? 0, url: quickStart.scimUrl, token: quickStart.scimToken };
};

const startReference = async (env: NodeJS.ProcessEnv) => {
  const child = fork(new URL("./reference.ts", import.meta.url), { env: { ...process.env, ...env } });
  running.push(child);
  const port = await new Promise<number>((resolve) =>
    child.once("message", (message) => resolve(Number(message))),
  );
  return { child, pid: child.pid ?? 0, url: `http://127.0.0.1:${port}`, token: "reference" };
};

const user = (name: string) => ({
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
  userName: name,
  name: { givenName: "Ada", familyName: "Lovelace" },
  emails: [{ value: `${name}@acme.test`, type: "work", primary: true }],
  active: true,
});

const addMember = (id: string) => ({
  schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
  Operations: [{ op: "add", path: "members", value: [{ value: id }] }],
});

type Kind = "create" | "lookup" | "read" | "member add, group of 10" | "member add, group of 10,000";
type Calls = (target: Target, seeded: Seeded, round: number) => ReadonlyArray<Call>;

const many = (make: (at: number) => Call) => Array.from({ length: operations }, (_, at) => make(at));
const newcomer = ({ people }: Seeded, at: number) => people[10_000 + at] ?? "";
const unique = () => randomBytes(8).toString("hex");

const product: Record<Kind, Calls> = {
  create: ({ url, token }) =>
    many(() => ({ method: "POST", url: `${url}/Users`, token, body: user(unique()) })),
  lookup: ({ url, token }) =>
    many((at) => ({ method: "GET", url: `${url}/Users?filter=userName%20eq%20%22seed-${at + 1}%22`, token })),
  read: ({ url, token }, { people }) =>
    many((at) => ({ method: "GET", url: `${url}/Users/${people[at]}`, token })),
  "member add, group of 10": ({ url, token }, seeded, round) =>
    many((at) => ({
      method: "PATCH",
      url: `${url}/Groups/${seeded.small[at]}`,
      token,
      body: addMember(seeded.people[10_000 + ((at + round) % operations)] ?? ""),
    })),
  "member add, group of 10,000": ({ url, token }, seeded) =>
    many((at) => ({
      method: "PATCH",
      url: `${url}/Groups/${seeded.large}`,
      token,
      body: addMember(newcomer(seeded, at)),
    })),
};

const reference: Record<Kind, Calls> = {
  create: ({ url, token }) =>
    many(() => ({ method: "POST", url: `${url}/create/${unique()}`, token, body: user("x") })),
  lookup: ({ url, token }) => many((at) => ({ method: "GET", url: `${url}/lookup/seed-${at + 1}`, token })),
  read: ({ url, token }, { people }) =>
    many((at) => ({ method: "GET", url: `${url}/read/${people[at]}`, token })),
  "member add, group of 10": ({ url, token }, seeded, round) =>
    many((at) => ({
      method: "GET",
      url: `${url}/member/${seeded.small[at]}/${seeded.people[5_000 + ((at + round) % operations)]}`,
      token,
    })),
  "member add, group of 10,000": ({ url, token }, seeded) =>
    many((at) => ({ method: "GET", url: `${url}/member/${seeded.large}/${newcomer(seeded, at)}`, token })),
};

interface Cost {
  readonly node: number;
  readonly database: number;
}

const measure = async (target: Target, database: number, calls: ReadonlyArray<Call>): Promise<Cost> => {
  const before = { node: cpuOf(target.pid), database: cpuOfTree(database) };
  await sendAll(calls);
  return {
    node: (cpuOf(target.pid) - before.node) / calls.length,
    database: (cpuOfTree(database) - before.database) / calls.length,
  };
};

const median = (values: ReadonlyArray<number>) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const summary = (costs: ReadonlyArray<Cost>): Cost => ({
  node: median(costs.map((cost) => cost.node)),
  database: median(costs.map((cost) => cost.database)),
});

const empty = (url: string, seeded: Seeded) => async () => {
  const client = new pg.Client(url);
  await client.connect();
  await client.query("delete from membership where user_id = any($1::uuid[])", [seeded.people.slice(10_000)]);
  await client.query(
    "delete from membership where group_id = any($1::uuid[]) and user_id = any($2::uuid[])",
    [seeded.small, seeded.people.slice(10)],
  );
  await client.query("vacuum analyze membership");
  await client.end();
};

const milliseconds = (value: number) => value.toFixed(2).padStart(7);
const ratio = (of: number, to: number) => (to === 0 ? "   –" : `${(of / to).toFixed(1)}×`.padStart(6));

const report = (kind: Kind, ours: Cost, bare: Cost) =>
  [
    kind.padEnd(28),
    milliseconds(ours.node),
    milliseconds(ours.database),
    milliseconds(bare.node),
    milliseconds(bare.database),
    ratio(ours.node, bare.node),
    ratio(ours.database, bare.database),
  ].join("  ");

const stop = (child: ChildProcess) =>
  new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });

const run = async () => {
  const bin = programs();
  if (bin === undefined) throw new Error("The benchmark needs PostgreSQL's programs (Debian: postgresql).");
  const postgres = await startPrivate(bin);
  running.push({ kill: () => process.kill(postgres.pid, "SIGINT") });
  await makeRoles(postgres.url);
  const admin = new pg.Client(postgres.url);
  await admin.connect();
  await admin.query("create database bench owner rb_owner");
  await admin.end();
  const at = (name: string) =>
    postgres.url.replace("//postgres@", `//${name}@`).replace(/postgres$/, "bench");
  const ours = await startProduct({ DATABASE_URL: at("rb_login"), MIGRATION_DATABASE_URL: at("rb_owner") });
  const seeded = await seed(at("postgres"), operations);
  const bare = await startReference({ DATABASE_URL: at("rb_login"), ORGANIZATION: seeded.organization });
  const clean = empty(at("postgres"), seeded);
  console.log(`CPU in ms per operation: median of ${rounds} rounds of ${operations}, 8 at a time.\n`);
  console.log(`${"".padEnd(28)}  Rolebridge        bare http + pg    ratio`);
  console.log(`${"operation".padEnd(28)}     Node       PG     Node       PG    Node      PG`);
  for (const kind of Object.keys(product) as ReadonlyArray<Kind>) {
    const costs: { ours: Array<Cost>; bare: Array<Cost> } = { ours: [], bare: [] };
    for (let round = 0; round <= rounds; round += 1) {
      await clean();
      const first = await measure(ours, postgres.pid, product[kind](ours, seeded, round));
      await clean();
      const second = await measure(bare, postgres.pid, reference[kind](bare, seeded, round));
      // The first round warms both up.
      if (round === 0) continue;
      costs.ours.push(first);
      costs.bare.push(second);
    }
    console.log(report(kind, summary(costs.ours), summary(costs.bare)));
  }
  await Promise.all([stop(ours.child), stop(bare.child)]);
  await postgres.stop();
  running.length = 0;
};

try {
  await run();
} finally {
  for (const child of running) child.kill("SIGTERM");
}
