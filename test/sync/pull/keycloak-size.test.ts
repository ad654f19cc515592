/** A realm of 3,000 people, 100 groups and roles: what a run asks, writes and costs. Figures are printed, not judged. */
import { Effect, Stream } from "effect";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { Outbound } from "../../../connectors/connector.ts";
import { keycloak } from "../../../connectors/keycloak/index.ts";
import { Store } from "../../../src/store/index.ts";
import { readBareByGroup } from "../../connectors/keycloak/realm.ts";
import { missing, onRealm } from "../../connectors/keycloak/support.ts";
import { hasPostgres, newDatabase } from "../../support/engines.ts";
import { openWorld, type World } from "../../support/world.ts";
import { connectRealm, type Held, ours } from "./realm.ts";
import { sync } from "./support.ts";

const people = 3_000;
const pageSize = 500;
const { ready } = onRealm(people, 97);
const skip = missing || !hasPostgres;
const server = inject("keycloak");

let world: World;
beforeAll(async () => {
  if (!skip) world = await openWorld((await newDatabase()).location, [keycloak], () => Outbound);
});
afterAll(() => world?.dispose());

const measured = async <A>(work: () => Promise<A>) => {
  const cpu = process.cpuUsage();
  const from = performance.now();
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  return { result, millis: performance.now() - from, cpu: (user + system) / 1000 };
};

const useUrl = ({ organization, connection }: Held, url: string) =>
  Effect.flatMap(Store, (store) =>
    store.tenant(organization, (tx) =>
      Effect.promise(() =>
        sql`update connection set settings = settings || jsonb_build_object('baseUrl', ${url}::text)
          where id = ${connection}`.execute(tx.db),
      ),
    ),
  );

/** Row versions of all that a run may write but its own row. */
const trace = ({ organization }: Held) =>
  Effect.flatMap(Store, (store) =>
    store.tenant(organization, (tx) =>
      Effect.promise(async () => {
        const tables = [
          "directory_user",
          "directory_group",
          "membership",
          "account",
          "assignment",
          "event",
          "decision",
        ];
        const seen: Record<string, unknown> = {};
        for (const table of tables) {
          const { rows } = await sql<{ n: number; last: string }>`
            select count(*)::int as n, max(xmin::text::bigint)::text as last from ${sql.table(table)}`.execute(
            tx.db,
          );
          seen[table] = rows[0];
        }
        return seen;
      }),
    ),
  );

const merelyRead = (url: string) =>
  Effect.scoped(
    Effect.gen(function* () {
      const { source } = yield* keycloak.open({ ...ready().realm.settings("reader", url), pageSize });
      if (source !== undefined) yield* Stream.runDrain(source.everyone);
    }),
  );

const median = (all: ReadonlyArray<number>) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;

describe.skipIf(skip)("a realm of 3,000 people", () => {
  it("is read with few requests, kept whole, and a run without news writes nothing", async () => {
    const url = "missing" in server ? "" : server.url;
    const run = <A, E>(effect: Effect.Effect<A, E, Effect.Services<ReturnType<typeof sync>>>) =>
      world.runPromise(effect);
    const held = await run(connectRealm(ready(), { pageSize }));
    await run(useUrl(held, url));
    const first = await measured(() => run(sync(held)));
    expect(first.result).toMatchObject({ state: "done", detail: null });
    expect(await run(ours(held))).toEqual(await readBareByGroup(ready().realm.admin));

    const before = await run(trace(held));
    const ratios: Array<number> = [];
    const unchanged: Array<number> = [];
    for (let round = 0; round < 5; round += 1) {
      const read = await measured(() => Effect.runPromise(merelyRead(url)));
      const again = await measured(() => run(sync(held)));
      expect(again.result.state).toBe("done");
      ratios.push(again.millis / read.millis);
      unchanged.push(again.millis);
    }
    expect(await run(trace(held))).toEqual(before);

    await run(useUrl(held, ready().proxy.url));
    const counted = await run(sync(held));
    const of = (name: string) => counted.steps.find((step) => step.name === name)?.read ?? 0;
    const { groups, roles } = await run(kinds(held));
    // One page of members for each group and role here, as none has more than a thousand.
    const most = of("users") / pageSize + 3 * groups + roles + (groups + roles);
    expect(ready().proxy.asked.length).toBeLessThanOrEqual(most);

    console.log(
      `${of("users")} people, ${groups} groups, ${roles} roles, ${of("memberships")} memberships: ` +
        `${ready().proxy.asked.length} requests (at most ${Math.floor(most)}); ` +
        `first run ${(first.millis / 1000).toFixed(1)} s, ${(first.cpu / people).toFixed(2)} ms of CPU per person; ` +
        `unchanged run ${(median(unchanged) / 1000).toFixed(2)} s, ${median(ratios).toFixed(2)} × merely reading; ` +
        `peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`,
    );
  }, 300_000);
});

const kinds = ({ organization }: Held) =>
  Effect.flatMap(Store, (store) =>
    store.tenant(organization, (tx) =>
      Effect.promise(async () => {
        const { rows } = await sql<{ groups: number; roles: number }>`
          select count(*) filter (where kind = 'group')::int as groups,
            count(*) filter (where kind <> 'group')::int as roles from directory_group`.execute(tx.db);
        return rows[0] ?? { groups: 0, roles: 0 };
      }),
    ),
  );
