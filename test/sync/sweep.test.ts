/** What waits is found again, also when the job for it is gone. */
import { Effect } from "effect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AccountId, type EventId, emptySummary, type PlanId } from "../../src/domain/index.ts";
import {
  addEveryonePending,
  addPlanItems,
  listEvents,
  listPlanItems,
  listPlans,
  newId,
  newUserId,
  Store,
  type TenantTx,
} from "../../src/store/index.ts";
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

  const everyoneWaits = Effect.fnUntraced(function* (tx: TenantTx) {
    yield* account(tx);
    yield* addEveryonePending(tx, newId<EventId>(), null);
  });

  const jobsOf = (organization: string) =>
    Effect.flatMap(Store, ({ queue }) =>
      Effect.promise(() => queue.findJobs("reconcile", { data: { organization } })),
    );

  it.skipIf(skip)("sends a job for each organization where accounts wait, and for no other", async () => {
    await world.runPromise(
      Effect.gen(function* () {
        const store = yield* Store;
        const [waits, rests] = [yield* newOrganization(), yield* newOrganization()];
        yield* store.tenant(waits.id, everyoneWaits);
        yield* store.tenant(rests.id, account);
        expect(yield* jobsOf(waits.id)).toHaveLength(0);
        yield* sweep();
        expect(yield* jobsOf(waits.id)).toHaveLength(1);
        expect(yield* jobsOf(rests.id)).toHaveLength(0);
      }),
    );
  });

  it.skipIf(skip)("goes on where one organization cannot be swept", async () => {
    await world.runPromise(
      Effect.gen(function* () {
        const store = yield* Store;
        const [broken, waits] = [yield* newOrganization(), yield* newOrganization()];
        yield* store.tenant(waits.id, everyoneWaits);
        const tenant: typeof store.tenant = (id, work) =>
          id === broken.id ? Effect.die(new Error("This one cannot be swept.")) : store.tenant(id, work);
        yield* Effect.provideService(sweep(), Store, { ...store, tenant });
        expect(yield* jobsOf(waits.id)).toHaveLength(1);
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

  it.skipIf(skip)(
    "forgets plans that are over for 90 days, and an event still says what each was",
    async () => {
      await world.runPromise(
        Effect.gen(function* () {
          const store = yield* Store;
          const { id } = yield* newOrganization();
          const planned = (state: string, days: number, kept: Partial<Record<"held" | "undo", true>> = {}) =>
            store.tenant(
              id,
              Effect.fnUntraced(function* (tx) {
                const plan = newId<PlanId>();
                const then = new Date(Date.now() - days * 86_400_000);
                const row = {
                  organization_id: id,
                  id: plan,
                  kind: "mapping",
                  state,
                  cause_event_id: newId(),
                  mapping_version: 7,
                  base_version: 6,
                  catalogue_version: 1,
                  summary: {
                    ...emptySummary,
                    counts: { changed: 3, gaining: 2, losing: 1, roles: [] },
                  } as never,
                  created_at: then,
                  ended_at: state === "open" || state === "held" ? null : then,
                  undo_until: kept.undo ? new Date(Date.now() + 60_000) : null,
                };
                yield* Effect.promise(() => tx.db.insertInto("plan").values(row).execute());
                const change = { active: null, gained: [], lost: [], changed: 0 };
                yield* addPlanItems(tx, plan, [{ account: newId<AccountId>(), change }]);
                return plan;
              }),
            );
          const gone = yield* Effect.forEach(["applied", "rejected", "stale", "settled"], (state) =>
            planned(state, 91),
          );
          const open = yield* planned("open", 91);
          const stay = [
            yield* planned("applied", 89),
            yield* planned("open", 89),
            yield* planned("held", 91),
            yield* planned("applied", 91, { undo: true }),
          ];
          yield* sweep();
          const left = yield* store.tenant(id, (tx) => listPlans(tx, { limit: 50 }));
          expect(left.map((plan) => plan.id).toSorted()).toEqual(stay.toSorted());
          const events = yield* store.tenant(id, (tx) => listEvents(tx, { limit: 50 }));
          const told = events.filter(({ type }) => type === "plan.forgotten");
          expect(told.map(({ subjectId }) => subjectId).toSorted()).toEqual([...gone, open].toSorted());
          expect(told.find(({ subjectId }) => subjectId === gone[0])).toMatchObject({
            data: { kind: "mapping", state: "applied", version: 7, changed: 3, gaining: 2, losing: 1 },
          });
          const items = yield* store.tenant(id, (tx) => listPlanItems(tx, open, { limit: 10 }));
          expect(items).toEqual([]);
        }),
      );
    },
  );
});
