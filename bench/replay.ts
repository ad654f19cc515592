/**
 * What a look back costs: `npm run bench -- replay`. A draft replayed over 100,000 accounts in ten groups each, as
 * `mapping replay` asks for it, page by page, on PostgreSQL. In CPU seconds of the server and the database together, and
 * the most memory that the server took, after each quarter of the accounts.
 */
import { cpuOf, cpuOfTree } from "./cpu.ts";
import { type Ask, asking, draft, peakMegabytes, seedTeams } from "./preview.ts";
import { seedPeople } from "./seed.ts";
import { startPostgres, startProduct } from "./targets.ts";

const people = 100_000;
const pageSize = 500;

interface Page {
  readonly accounts: number;
  readonly moments: number;
  readonly next: string | null;
  readonly deviations: ReadonlyArray<object>;
}

const query = `query ($from: DateTime!, $after: ID) { organization(slug: "acme") {
  replay(from: $from, first: ${pageSize}, after: $after) {
    accounts moments next deviations { account role more from until } } } }`;

/** Every page; `seen` is called after each. */
const replay = async (ask: Ask, from: string, seen: (accounts: number) => void) => {
  const all = { accounts: 0, moments: 0, deviations: 0 };
  let after: string | null = null;
  do {
    const { organization } = await ask(query, { from, after });
    const page: Page = organization.replay;
    all.accounts += page.accounts;
    all.moments += page.moments;
    all.deviations += page.deviations.length;
    after = page.next;
    seen(all.accounts);
  } while (after !== null);
  return all;
};

export const measureReplay = async () => {
  const postgres = await startPostgres();
  const product = await startProduct(postgres.env);
  const from = new Date().toISOString();
  await seedPeople(postgres.rows, people);
  await seedTeams(postgres.rows);
  const ask = asking(product);
  await draft(ask);
  const before = { node: cpuOf(product.pid), database: cpuOfTree(postgres.pid), at: performance.now() };
  const peaks: Array<string> = [];
  const all = await replay(ask, from, (accounts) => {
    process.stderr.write(`\r${accounts} of ${people} accounts `);
    if (accounts % (people / 4) === 0) peaks.push(peakMegabytes(product.pid).toFixed(0));
  });
  const elapsed = (performance.now() - before.at) / 1000;
  const node = (cpuOf(product.pid) - before.node) / 1000;
  const database = (cpuOfTree(postgres.pid) - before.database) / 1000;
  console.log(
    `\n${all.accounts.toLocaleString("en")} accounts at ${all.moments.toLocaleString("en")} moments, ` +
      `${all.deviations.toLocaleString("en")} deviations: ${(node + database).toFixed(1)} CPU seconds ` +
      `(Node ${node.toFixed(1)}, PostgreSQL ${database.toFixed(1)}), ${elapsed.toFixed(1)} s elapsed`,
  );
  console.log(`Peak memory of the server after each quarter, in MB: ${peaks.join(", ")}`);
  await product.stop();
  await postgres.stop();
};
