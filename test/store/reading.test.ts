/** A transaction that only reads, and sees one moment. */
import { Effect, Exit } from "effect";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listConnections, newId, Store, type TenantTx } from "../../src/store/index.ts";
import { engines } from "../support/engines.ts";
import { newOrganization, openWorld, type World } from "../support/world.ts";

const rename = (tx: TenantTx, name: string) =>
  Effect.promise(() => sql`update connection set name = ${name}`.execute(tx.db));

const names = (tx: TenantTx) => Effect.map(listConnections(tx), (rows) => rows.map(({ name }) => name));

describe.each(engines)("a reading transaction on the $name engine", ({ location, skip, name: engine }) => {
  let world: World;
  beforeAll(async () => {
    if (!skip) world = await openWorld(await location());
  });
  afterAll(() => world?.dispose());

  const run = <A, E>(effect: Effect.Effect<A, E, Store>) => world.runPromise(effect);

  it.skipIf(skip)("reads its organization, cannot write, and leaves the session as it was", async () => {
    await run(
      Effect.gen(function* () {
        const store = yield* Store;
        const { id } = yield* newOrganization("okta");
        yield* newOrganization("entra");
        expect(yield* store.reading(id, names)).toEqual(["okta"]);
        expect(Exit.isFailure(yield* Effect.exit(store.reading(id, (tx) => rename(tx, "x"))))).toBe(true);
        const insert = store.reading(id, (tx) =>
          Effect.promise(() =>
            sql`insert into role (organization_id, key, name) values (${id}, 'r', 'r')`.execute(tx.db),
          ),
        );
        expect(Exit.isFailure(yield* Effect.exit(insert))).toBe(true);
        expect(Exit.isFailure(yield* Effect.exit(store.reading(id, (tx) => tx.enqueue("plan", {}))))).toBe(
          true,
        );
        yield* store.tenant(id, (tx) => rename(tx, "later"));
        expect(yield* store.reading(id, names)).toEqual(["later"]);
      }),
    );
  });

  const alone = engine === "embedded" ? " (skipped, because one session has nobody beside it)" : "";
  it.skipIf(skip || alone !== "")(`does not see what is committed meanwhile${alone}`, async () => {
    await run(
      Effect.gen(function* () {
        const store = yield* Store;
        const { id } = yield* newOrganization("okta");
        const seen = yield* store.reading(
          id,
          Effect.fnUntraced(function* (tx) {
            const before = yield* names(tx);
            yield* store.tenant(id, (other) => rename(other, newId()));
            return [before, yield* names(tx)];
          }),
        );
        expect(seen).toEqual([["okta"], ["okta"]]);
      }),
    );
  });
});
