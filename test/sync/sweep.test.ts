/** What waits is found again, also when the job for it is gone. */
import { Effect } from "effect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EventId } from "../../src/domain/index.ts";
import { addEveryonePending, newId, newUserId, Store, type TenantTx } from "../../src/store/index.ts";
import { sweep } from "../../src/sync/index.ts";
import { engines } from "../support/engines.ts";
import { newOrganization, openWorld, type World } from "../support/world.ts";

describe.each(engines)("the sweep on the $name engine", ({ location, skip }) => {
  let world: World;
  beforeAll(async () => {
    if (!skip) world = await openWorld(await location());
  });
  afterAll(() => world?.dispose());

  const account = (tx: TenantTx) =>
    Effect.promise(() =>
      tx.db
        .insertInto("account")
        .values({ organization_id: tx.organization, id: newUserId(), active: true, active_because: "test" })
        .execute(),
    );

  it.skipIf(skip)("sends a job for each organization where accounts wait, and for no other", async () => {
    await world.runPromise(
      Effect.gen(function* () {
        const store = yield* Store;
        const [waits, rests] = [yield* newOrganization(), yield* newOrganization()];
        yield* store.tenant(
          waits.id,
          Effect.fnUntraced(function* (tx) {
            yield* account(tx);
            yield* addEveryonePending(tx, newId<EventId>(), null);
          }),
        );
        yield* store.tenant(rests.id, account);
        const jobs = (organization: string) =>
          Effect.promise(() => store.queue.findJobs("reconcile", { data: { organization } }));
        expect(yield* jobs(waits.id)).toHaveLength(0);
        yield* sweep();
        expect(yield* jobs(waits.id)).toHaveLength(1);
        expect(yield* jobs(rests.id)).toHaveLength(0);
      }),
    );
  });

  it.skipIf(skip)("deletes facts that ended more than 400 days ago, and younger ones not", async () => {
    const left = await world.runPromise(
      Effect.gen(function* () {
        const store = yield* Store;
        const { id } = yield* newOrganization();
        const ended = (tx: TenantTx, days: number) => {
          const at = new Date(Date.now() - days * 86_400_000);
          const times = { learned_at: at, learned_in: at, forgotten_at: at, forgotten_in: at };
          const row = { organization_id: id, id: newId(), slug: `${days}`, ...times };
          return Effect.promise(() => tx.db.insertInto("connection_history").values(row).execute());
        };
        yield* store.tenant(id, (tx) => Effect.forEach([399, 401], (days) => ended(tx, days)));
        yield* sweep();
        return yield* store.tenant(id, (tx) =>
          Effect.promise(() => tx.db.selectFrom("connection_history").select("slug").execute()),
        );
      }),
    );
    expect(left).toEqual([{ slug: "399" }]);
  });
});
