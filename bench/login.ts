/**
 * What letting somebody in costs, with the verified reply in hand: `npm run bench -- login`. A person in 200 groups against
 * 1,000 rules, on PostgreSQL: the reply used up, the person and groups kept, roles made right, the login recorded. In
 * CPU milliseconds of this process and of the database for each login.
 */
import { Effect, Redacted } from "effect";
import { openArrivals, reply } from "../test/login/arrivals.ts";
import { openWorld } from "../test/support/world.ts";
import { cpuOfTree } from "./cpu.ts";
import { startPostgres } from "./targets.ts";

const people = 20;
const rounds = 5;
const groups = 200;
const mostMillis = 15;

const upTo = (count: number, from = 0) => Array.from({ length: count }, (_, at) => from + at);

/** The groups of the next login of each, by its round. */
const kinds: Readonly<Record<string, (round: number) => ReadonlyArray<number>>> = {
  "the same groups as before": () => upTo(groups),
  "one group changed": (round) => [...upTo(groups - 1), groups + (round % 2)],
  "every group changed": (round) => upTo(groups, 400 * (round % 2)),
};

const median = (figures: ReadonlyArray<number>): number =>
  figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN;

const nodeMillis = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

export const measureLogin = async () => {
  const postgres = await startPostgres();
  const { DATABASE_URL: url = "", MIGRATION_DATABASE_URL: migrationUrl = url } = postgres.env;
  const world = await openWorld({
    _tag: "Server",
    url: Redacted.make(url),
    migrationUrl: Redacted.make(migrationUrl),
    connections: 2,
  });
  const arrive = await world.runPromise(openArrivals);
  const everybody = (numbers: ReadonlyArray<number>) =>
    world.runPromise(
      Effect.forEach(upTo(people), (person) => arrive(reply(`person-${person}`, numbers)), { discard: true }),
    );
  const statements = async () => {
    const [sum] = await postgres.rows(
      "select coalesce(sum(calls), 0)::int::text as id from pg_stat_statements where query not ilike '%pg_stat%'",
    );
    return Number(sum?.id ?? 0);
  };
  for (let round = 0; round < 4; round += 1) await everybody(upTo(groups, 400 * (round % 2)));
  await postgres.rows("vacuum analyze");
  console.log(`In ms of CPU for each login: median of ${rounds} rounds of ${people}, one at a time.\n`);
  console.log(`${"".padEnd(28)}    Node      PG  together  statements`);
  const most = { node: 0, together: 0 };
  for (const [name, next] of Object.entries(kinds)) {
    const costs: Array<{ node: number; database: number; statements: number }> = [];
    // The first round warms up.
    for (let round = 0; round <= rounds; round += 1) {
      const before = [nodeMillis(), cpuOfTree(postgres.pid), await statements()];
      const [node = 0, database = 0, sent = 0] = before;
      await everybody(next(round));
      const cost = {
        node: (nodeMillis() - node) / people,
        database: (cpuOfTree(postgres.pid) - database) / people,
        statements: ((await statements()) - sent) / people,
      };
      if (round > 0) costs.push(cost);
    }
    const [node, database] = [median(costs.map((one) => one.node)), median(costs.map((one) => one.database))];
    most.node = Math.max(most.node, node);
    most.together = Math.max(most.together, node + database);
    const figures = [node, database, node + database].map((each) => each.toFixed(1).padStart(8));
    const sent = median(costs.map((one) => one.statements)).toFixed(1);
    console.log(`${name.padEnd(28)}${figures.join("")}${sent.padStart(14)}`);
  }
  console.log(
    `\nThe most: ${most.node.toFixed(1)} ms in Node (at most ${mostMillis} ms wanted), ${most.together.toFixed(1)} ms with PostgreSQL`,
  );
  await world.dispose();
  await postgres.stop();
};
