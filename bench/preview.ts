/**
 * What looking ahead costs: a preview of a draft over everyone, on PostgreSQL, as an operator asks for it. In CPU
 * seconds of the server and the database together, and the most memory that the server ever took.
 */
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { cpuOf, cpuOfTree } from "./cpu.ts";
import { type Rows, seedPeople } from "./seed.ts";
import { type Product, startPostgres, startProduct } from "./targets.ts";

const people = 100_000;
const groups = 1_000;
const groupsEach = 10;
const bound = 30;

/** A thousand teams; everybody is in ten. */
export const seedTeams = async (rows: Rows) => {
  await rows(
    `insert into directory_group
       (organization_id, id, connection_id, display_name, display_name_key, resource, cause_event_id)
     select organization_id, gen_random_uuid(), id, 'team-' || n, 'team-' || n,
       jsonb_build_object('displayName', 'team-' || n), gen_random_uuid()
     from connection, generate_series(0, $1::int - 1) n`,
    [groups],
  );
  // Ten groups for each person, apart from each other, so that every group has as many members.
  await rows(
    `insert into membership (organization_id, group_id, user_id, cause_event_id)
     select u.organization_id, g.id, u.id, u.cause_event_id
     from (select *, row_number() over () as at from directory_user) u
     cross join generate_series(0, $1::int - 1) k
     join (select id, row_number() over (order by display_name) - 1 as at from directory_group) g
       on g.at = (u.at + k * 97) % $2`,
    [groupsEach, groups],
  );
  await rows("vacuum analyze");
};

/** A rule for every fifth group: two of the ten groups of most people count. */
const rules = Array.from({ length: groups / 5 }, (_, at) => ({
  id: `rule-${at}`,
  when: { groupName: { equals: `team-${at * 5}` } },
  grant: [`role-${at % 20}`],
}));

export const asking =
  ({ root, operatorToken }: Product) =>
  async (query: string, variables: object = {}) => {
    const answer = await fetch(`${root}/graphql`, {
      method: "POST",
      headers: { authorization: `Bearer ${operatorToken}`, "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: the fields asked for stand in the query.
    const { data, errors } = (await answer.json()) as any;
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data;
  };

export type Ask = ReturnType<typeof asking>;

export const draft = async (ask: Ask) => {
  for (let at = 0; at < 20; at += 1)
    await ask(`mutation { createRole(organization: "acme", key: "role-${at}") { key } }`);
  await ask(
    'mutation ($document: JSON!) { draftMapping(organization: "acme", document: $document) { version } }',
    { document: { rules } },
  );
};

/** The plan when it is evaluated, its progress shown on the way. */
const preview = async (ask: Ask) => {
  const { previewMapping } = await ask('mutation { previewMapping(organization: "acme") { id } }');
  const query = `{ organization(slug: "acme") { plan(id: "${previewMapping.id}") {
    state done total counts { changed } } } }`;
  for (;;) {
    const { plan } = (await ask(query)).organization;
    process.stderr.write(`\r${plan.done} of ${plan.total} accounts `);
    if (plan.state !== "EVALUATING") return plan;
    await pause(500);
  }
};

export const peakMegabytes = (pid: number): number =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;

export const measurePreview = async () => {
  const postgres = await startPostgres();
  const product = await startProduct(postgres.env);
  await seedPeople(postgres.rows, people);
  await seedTeams(postgres.rows);
  const ask = asking(product);
  await draft(ask);
  const memory = peakMegabytes(product.pid);
  const before = { node: cpuOf(product.pid), database: cpuOfTree(postgres.pid), at: performance.now() };
  const plan = await preview(ask);
  const elapsed = (performance.now() - before.at) / 1000;
  const node = (cpuOf(product.pid) - before.node) / 1000;
  const database = (cpuOfTree(postgres.pid) - before.database) / 1000;
  const all = node + database;
  console.log(
    `\n${people.toLocaleString("en")} accounts in ${groupsEach} groups each, ${rules.length} rules, ${plan.counts?.changed} changes: ` +
      `${all.toFixed(1)} CPU seconds (Node ${node.toFixed(1)}, PostgreSQL ${database.toFixed(1)}; at most ${bound} wanted), ${elapsed.toFixed(1)} s elapsed`,
  );
  console.log(
    `Peak memory of the server: ${peakMegabytes(product.pid).toFixed(0)} MB; before the preview ${memory.toFixed(0)} MB`,
  );
  await product.stop();
  await postgres.stop();
};
