/** Invariant 5, one boundary: the same suite on both engines. */
import { Effect, Exit } from "effect";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemOrigin } from "../../src/domain/index.ts";
import { listConnections, newId, recordEvent, Store, type TenantTx } from "../../src/store/index.ts";
import { engines } from "../support/engines.ts";
import { newOrganization, openWorld, type World } from "../support/world.ts";

/** The few tables that belong to no organization. Whoever adds one must say so here. */
const systemTables = [
  "environment",
  "environment_token",
  "key_check",
  "operator",
  "operator_token",
  "organization",
  "project",
  "rolebridge_migration",
  "system_event",
  "verified_domain",
];

const tables = (store: Store["Service"]) =>
  store.system((tx) =>
    Effect.promise(
      async () =>
        (
          await sql<{ name: string; tenant: boolean; forced: boolean; policies: number; first: string }>`
            select c.relname as name,
              exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'organization_id'
                      and c.relname not in ('operator', 'verified_domain')) as tenant,
              c.relrowsecurity and c.relforcerowsecurity as forced,
              (select count(*)::int from pg_policy p where p.polrelid = c.oid) as policies,
              (select a.attname from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
               where i.indrelid = c.oid and i.indisprimary) as first
            from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace order by 1`.execute(
            tx.db,
          )
        ).rows,
    ),
  );

describe.each(engines)("organizations are kept apart on the $name engine", ({ location, skip }) => {
  let world: World;
  beforeAll(async () => {
    if (!skip) world = await openWorld(await location());
  });
  afterAll(() => world?.dispose());

  const run = <A, E>(effect: Effect.Effect<A, E, Store>) => world.runPromise(effect);
  const count = (tx: TenantTx, table: string) =>
    Effect.promise(async () => {
      const { rows } = await sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)}`.execute(
        tx.db,
      );
      return rows[0]?.n;
    });

  it.skipIf(skip)(
    "every table has an organization first in its key, or is listed as a system table",
    async () => {
      const all = await run(Effect.flatMap(Store, tables));
      expect(all.filter((table) => !table.tenant).map((table) => table.name)).toEqual(systemTables);
      for (const table of all.filter(({ tenant }) => tenant)) {
        expect(table, table.name).toMatchObject({ forced: true, policies: 1, first: "organization_id" });
      }
    },
  );

  it.skipIf(skip)("a transaction sees only the rows of its organization", async () => {
    await run(
      Effect.gen(function* () {
        const store = yield* Store;
        const [a, b] = [yield* newOrganization("okta"), yield* newOrganization("entra", "okta")];
        expect((yield* store.tenant(a.id, listConnections)).map((row) => row.slug)).toEqual(["okta"]);
        expect((yield* store.tenant(b.id, listConnections)).map((row) => row.slug)).toEqual([
          "entra",
          "okta",
        ]);
      }),
    );
  });

  it.skipIf(skip)("a row of another organization can be neither written, changed nor removed", async () => {
    await run(
      Effect.gen(function* () {
        const store = yield* Store;
        const [a, b] = [yield* newOrganization("okta"), yield* newOrganization("okta")];
        const insert = store.tenant(a.id, (tx) =>
          Effect.promise(() =>
            sql`insert into role (organization_id, key, name) values (${b.id}, 'stolen', 'x')`.execute(tx.db),
          ),
        );
        expect(Exit.isFailure(yield* Effect.exit(insert))).toBe(true);
        const changed = yield* store.tenant(a.id, (tx) =>
          Effect.promise(() =>
            sql`update connection set enabled = false where organization_id = ${b.id}`.execute(tx.db),
          ),
        );
        expect(Number(changed.numAffectedRows ?? 0)).toBe(0);
        const left = yield* store.tenant(b.id, listConnections);
        expect(left.map((row) => row.enabled)).toEqual([true]);
      }),
    );
  });

  it.skipIf(skip)("without an organization no tenant table shows a row", async () => {
    await run(
      Effect.gen(function* () {
        const store = yield* Store;
        const { id } = yield* newOrganization("okta");
        yield* store.tenant(id, (tx) =>
          recordEvent(tx, {
            type: "test.happened",
            origin: systemOrigin,
            subject: { kind: "test", id: newId() },
          }),
        );
        const all = yield* tables(store);
        for (const { name } of all.filter(({ tenant }) => tenant)) {
          const seen = yield* store.system((tx) => count(tx as unknown as TenantTx, name));
          expect(seen, name).toBe(0);
        }
      }),
    );
  });

  it.skipIf(skip)("events and decisions can be added and never changed or removed", async () => {
    await run(
      Effect.gen(function* () {
        const store = yield* Store;
        const { id } = yield* newOrganization();
        for (const statement of [
          "update event set type = 'x'",
          "delete from event",
          "delete from decision",
        ]) {
          const exit = yield* Effect.exit(
            store.tenant(id, (tx) => Effect.promise(() => sql.raw(statement).execute(tx.db))),
          );
          expect(Exit.isFailure(exit), statement).toBe(true);
        }
      }),
    );
  });

  it.skipIf(skip)("a failure rolls everything back, the job included", async () => {
    await run(
      Effect.gen(function* () {
        const store = yield* Store;
        const { id } = yield* newOrganization();
        const failing = store.tenant(
          id,
          Effect.fnUntraced(function* (tx) {
            yield* recordEvent(tx, {
              type: "x.happened",
              origin: systemOrigin,
              subject: { kind: "x", id: newId() },
            });
            yield* tx.enqueue("reconcile", { organization: id });
            return yield* Effect.fail("no" as const);
          }),
        );
        const jobs = () =>
          Effect.promise(() => store.queue.findJobs("reconcile", { data: { organization: id } }));
        const before = yield* store.tenant(id, (tx) => count(tx, "event"));
        expect(yield* Effect.flip(failing)).toBe("no");
        expect(yield* store.tenant(id, (tx) => count(tx, "event"))).toBe(before);
        expect(yield* jobs()).toHaveLength(0);
        yield* store.tenant(id, (tx) => tx.enqueue("reconcile", { organization: id }));
        expect(yield* jobs()).toHaveLength(1);
      }),
    );
  });

  it.skipIf(skip)("transactions that run at the same time do not mix", async () => {
    await run(
      Effect.gen(function* () {
        const store = yield* Store;
        const made = yield* Effect.forEach([1, 2, 3, 4], () => newOrganization("okta"));
        const seen = yield* Effect.forEach(
          [...made, ...made, ...made],
          ({ id }) =>
            store.tenant(
              id,
              Effect.fnUntraced(function* (tx) {
                const before = yield* count(tx, "connection");
                yield* Effect.yieldNow;
                const rows = yield* listConnections(tx);
                return before === 1 && rows.length === 1;
              }),
            ),
          { concurrency: "unbounded" },
        );
        expect(seen.every(Boolean)).toBe(true);
      }),
    );
  });
});
