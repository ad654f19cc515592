/** The usual operations one by one: CPU, statements and bytes of each, beside a bare server. */
import { randomBytes } from "node:crypto";
import { cpuOf, cpuOfTree } from "./cpu.ts";
import { type Call, sendAll } from "./load.ts";
import { type Rows, type Seeded, seed } from "./seed.ts";
import {
  type Product,
  startEmbedded,
  startPostgres,
  startProduct,
  startReference,
  type Target,
} from "./targets.ts";

const operations = 400;
const rounds = 3;
const largeGroup = 100_000;

const shape = { large: largeGroup, small: operations, newcomers: 2 * (rounds + 1) * operations };

const unique = () => randomBytes(8).toString("hex");

export const user = (name: string) => ({
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
  userName: name,
  name: { givenName: "Ada", familyName: "Lovelace" },
  emails: [{ value: `${name}@acme.test`, type: "work", primary: true }],
  active: true,
});

export const patch = (...Operations: ReadonlyArray<unknown>) => ({
  schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
  Operations,
});

interface Kind {
  readonly name: string;
  readonly ours: (target: Target, seeded: Seeded, at: number, round: number) => Call;
  /** The bare server's operation, and the resource its address names. */
  readonly bare: (seeded: Seeded, at: number, round: number) => string;
}

/** Somebody who is in none of the groups that members are added to, and will not be in another round. */
const newcomer = ({ people }: Seeded, round: number, at: number) =>
  people[largeGroup + round * operations + at] ?? "";

const addTo = (name: string, groupOf: (seeded: Seeded, at: number) => string | undefined): Kind => ({
  name: `add a member, group of ${name}`,
  ours: ({ url, token }, seeded, at, round) => ({
    method: "PATCH",
    url: `${url}/Groups/${groupOf(seeded, at)}`,
    token,
    body: patch({ op: "add", path: "members", value: [{ value: newcomer(seeded, round, at) }] }),
  }),
  bare: (seeded, at, round) => `member/${groupOf(seeded, at)}/${newcomer(seeded, rounds + 1 + round, at)}`,
});

const kinds: ReadonlyArray<Kind> = [
  {
    name: "look up by userName",
    ours: ({ url, token }, _, at) => ({
      method: "GET",
      url: `${url}/Users?filter=userName%20eq%20%22seed-${at + 1}%22`,
      token,
    }),
    bare: (_, at) => `lookup/seed-${at + 1}`,
  },
  {
    name: "read",
    ours: ({ url, token }, { people }, at) => ({ method: "GET", url: `${url}/Users/${people[at]}`, token }),
    bare: ({ people }, at) => `read/${people[at]}`,
  },
  {
    name: "create",
    ours: ({ url, token }) => ({ method: "POST", url: `${url}/Users`, token, body: user(unique()) }),
    bare: () => `create/${unique()}`,
  },
  {
    name: "patch active",
    ours: ({ url, token }, { people }, at, round) => ({
      method: "PATCH",
      url: `${url}/Users/${people[at]}`,
      token,
      body: patch({ op: "replace", path: "active", value: round % 2 === 1 }),
    }),
    bare: ({ people }, at, round) => `active/${people[at]}/${round % 2 === 1}`,
  },
  addTo("10", ({ small }, at) => small[at]),
  addTo("1,000", ({ of1000 }) => of1000),
  addTo("100,000", ({ large }) => large),
  {
    name: "list a page of 100",
    ours: ({ url, token }, _, at) => ({
      method: "GET",
      url: `${url}/Users?count=100&startIndex=${1 + (at % 50) * 100}`,
      token,
    }),
    bare: (_, at) => `page/${(at % 50) * 100}`,
  },
];

interface Cost {
  readonly node: number;
  readonly database: number;
  readonly statements: number;
  readonly bytes: number;
}

const statementsSoFar = async (rows: Rows): Promise<number> => {
  const [found] = await rows(
    "select coalesce(sum(calls), 0)::int::text as id from pg_stat_statements where query not ilike '%pgboss%'",
  );
  return Number(found?.id ?? 0);
};

const measure = async (
  target: Target,
  calls: ReadonlyArray<Call>,
  database?: { pid: number; rows: Rows },
): Promise<Cost> => {
  const databaseCpu = () => (database === undefined ? 0 : cpuOfTree(database.pid));
  const statements = async () => (database === undefined ? 0 : await statementsSoFar(database.rows));
  const before = { statements: await statements(), node: cpuOf(target.pid), database: databaseCpu() };
  const bytes = await sendAll(calls);
  const [node, all] = [cpuOf(target.pid) - before.node, databaseCpu() - before.database];
  const count = calls.length;
  return {
    node: node / count,
    database: all / count,
    statements: ((await statements()) - before.statements) / count,
    bytes,
  };
};

const median = (values: ReadonlyArray<number>) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const middle = (costs: ReadonlyArray<Cost>): Cost => ({
  node: median(costs.map((cost) => cost.node)),
  database: median(costs.map((cost) => cost.database)),
  statements: median(costs.map((cost) => cost.statements)),
  bytes: median(costs.map((cost) => cost.bytes)),
});

const column = (value: number, digits = 2) => value.toFixed(digits).padStart(8);

const report = (name: string, ours: Cost, bare: Cost, embedded: Cost) => {
  const ratio = (ours.node + ours.database) / (bare.node + bare.database);
  return [
    name.padEnd(29),
    column(ours.node),
    column(ours.database),
    column(ours.statements, 1),
    column(ours.bytes, 0),
    column(embedded.node),
    column(bare.node),
    column(bare.database),
    `${ratio.toFixed(1)}×`.padStart(7),
  ].join("");
};

const many = (make: (at: number) => Call) => Array.from({ length: operations }, (_, at) => make(at));

interface Bench {
  readonly product: Product;
  readonly seeded: Seeded;
}

const roundOn = (
  { product, seeded }: Bench,
  kind: Kind,
  round: number,
  database?: { readonly pid: number; readonly rows: Rows },
) =>
  measure(
    product,
    many((at) => kind.ours(product, seeded, at, round)),
    database,
  );

export const measureOperations = async () => {
  const postgres = await startPostgres();
  const product = await startProduct(postgres.env);
  const seeded = await seed(postgres.rows, shape);
  await postgres.rows("create table reference_token (id int primary key, hash text unique)");
  await postgres.rows("grant select on reference_token to public");
  const bare = await startReference({ ...postgres.env, ORGANIZATION: seeded.organization });
  const embedded = await startEmbedded((rows) => seed(rows, shape));
  console.log(
    `CPU in ms, statements and bytes per operation: median of ${rounds} rounds of ${operations}, 8 at a time.`,
  );
  console.log("The embedded database works inside Node.\n");
  console.log(`${"".padEnd(29)}          Rolebridge, PostgreSQL     embedded   bare http + pg     CPU`);
  console.log(`${"operation".padEnd(29)}    Node      PG  statem.   bytes    Node    Node      PG  ratio`);
  for (const kind of kinds) {
    const costs: Record<"ours" | "bare" | "embedded", Array<Cost>> = { ours: [], bare: [], embedded: [] };
    // The first round warms them up.
    for (let round = 0; round <= rounds; round += 1) {
      const ours = await roundOn({ product, seeded }, kind, round, postgres);
      const calls = many((at) => ({
        method: kind.name === "create" ? "POST" : "GET",
        url: `${bare.url}/${kind.bare(seeded, at, round)}`,
        token: bare.token,
        ...(kind.name === "create" ? { body: user("x") } : {}),
      }));
      const reference = await measure(bare, calls, postgres);
      const inside = await roundOn({ product: embedded.product, seeded: embedded.filled }, kind, round);
      if (round === 0) continue;
      costs.ours.push(ours);
      costs.bare.push(reference);
      costs.embedded.push(inside);
    }
    console.log(report(kind.name, middle(costs.ours), middle(costs.bare), middle(costs.embedded)));
  }
  await Promise.all([product.stop(), bare.stop(), embedded.product.stop()]);
  await postgres.stop();
};
