/** A source that suddenly has much less than before: the directory follows, people keep their roles until somebody looks. */
import { Effect } from "effect";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PlanId, systemOrigin } from "../../../src/domain/index.ts";
import { listOpenExceptions, listPlans, Store, type TenantTx } from "../../../src/store/index.ts";
import { approveHold, verifyEveryone, workPending } from "../../../src/sync/index.ts";
import { engines } from "../../support/engines.ts";
import { openWorld, publishRules, type World } from "../../support/world.ts";
import { group, held, member, newPulled, type Pulled, sync, testConnector, user } from "./support.ts";

const size = 30;
const everybody = Array.from({ length: size }, (_, at) => `u${at}`);

describe.each(engines)("a source that loses much, on the $name engine", ({ location, skip }) => {
  let world: World;
  beforeAll(async () => {
    if (!skip) world = await openWorld(await location(), [testConnector]);
  });
  afterAll(() => world?.dispose());
  type Needs = Effect.Services<ReturnType<typeof sync>>;
  const test = (name: string, body: () => Effect.Effect<unknown, unknown, Needs>) =>
    it.skipIf(skip)(name, () => world.runPromise(body()));

  const acme = Effect.gen(function* () {
    const pulled = yield* newPulled;
    const { directory } = pulled.upstream;
    directory.users = everybody.map((id) => user(id));
    directory.groups = [group("g1", "engineers")];
    directory.memberships = everybody.map((id) => member("g1", id));
    yield* publishRules(
      pulled.organization,
      ["developer"],
      [{ id: "all", when: { externalGroup: { connection: "kc", id: "g1" } }, grant: ["developer"] }],
    );
    yield* sync(pulled);
    return pulled;
  });

  /** How many are active, and how many have the role. */
  const state = Effect.fnUntraced(function* ({ organization }: Pulled) {
    const store = yield* Store;
    return yield* store.tenant(organization, (tx) =>
      Effect.promise(async () => {
        const { rows } = await sql<{ active: number; holders: number }>`
          select (select count(*)::int from account where active) as active,
            (select count(*)::int from assignment where role = 'developer') as holders`.execute(tx.db);
        return rows[0];
      }),
    );
  });

  const inTenant = <A, E, R>({ organization }: Pulled, body: (tx: TenantTx) => Effect.Effect<A, E, R>) =>
    Effect.flatMap(Store, (store) => store.tenant(organization, body));

  const plans = (pulled: Pulled) => inTenant(pulled, (tx) => listPlans(tx, { limit: 10 }));

  const approve = Effect.fnUntraced(function* (pulled: Pulled, plan: PlanId) {
    yield* inTenant(pulled, (tx) => approveHold(tx, plan, systemOrigin));
    yield* workPending(pulled.organization);
  });

  const unexplained = Effect.fnUntraced(function* ({ organization }: Pulled) {
    const store = yield* Store;
    return (yield* store.reading(organization, verifyEveryone)).unexplained;
  });

  test("holds the roles of an emptied group, and lets them go when somebody approves", () =>
    Effect.gen(function* () {
      const pulled = yield* acme;
      expect(yield* state(pulled)).toEqual({ active: size, holders: size });
      pulled.upstream.directory.memberships = [];
      yield* sync(pulled);
      expect((yield* held(pulled)).memberships).toEqual([]);
      expect(yield* state(pulled)).toEqual({ active: size, holders: size });
      expect(yield* unexplained(pulled)).toBe(0);
      const [plan] = yield* plans(pulled);
      expect(plan).toMatchObject({ kind: "held", state: "held", connectionId: pulled.connection });
      // The next run finds nothing new, and holds on.
      yield* sync(pulled);
      expect(yield* state(pulled)).toEqual({ active: size, holders: size });
      if (plan !== undefined) yield* approve(pulled, plan.id);
      expect(yield* state(pulled)).toEqual({ active: size, holders: 0 });
      expect(yield* inTenant(pulled, (tx) => listOpenExceptions(tx, 10))).toEqual([]);
    }));

  test("keeps people active who are all gone at once, and forgets that when they are back", () =>
    Effect.gen(function* () {
      const pulled = yield* acme;
      const { directory } = pulled.upstream;
      const [users, memberships] = [directory.users, directory.memberships];
      directory.users = users.slice(0, 2);
      directory.memberships = memberships.slice(0, 2);
      yield* sync(pulled);
      expect((yield* held(pulled)).users).toHaveLength(2);
      expect(yield* state(pulled)).toEqual({ active: size, holders: size });
      expect(yield* plans(pulled)).toMatchObject([
        { state: "held", summary: { counts: { losing: size - 2, deactivated: size - 2 } } },
      ]);
      directory.users = users;
      directory.memberships = memberships;
      yield* sync(pulled);
      expect(yield* state(pulled)).toEqual({ active: size, holders: size });
      expect(yield* plans(pulled)).toMatchObject([{ state: "settled" }]);
      expect(yield* unexplained(pulled)).toBe(0);
    }));

  test("ends at once the access of whom the source calls inactive, however many they are", () =>
    Effect.gen(function* () {
      const pulled = yield* acme;
      pulled.upstream.directory.users = everybody.map((id) => user(id, id, false));
      yield* sync(pulled);
      expect(yield* state(pulled)).toEqual({ active: 0, holders: 0 });
      expect(yield* plans(pulled)).toEqual([]);
    }));

  test("holds nothing of what a few lose", () =>
    Effect.gen(function* () {
      const pulled = yield* acme;
      const { directory } = pulled.upstream;
      directory.memberships = directory.memberships.slice(6);
      yield* sync(pulled);
      expect(yield* state(pulled)).toEqual({ active: size, holders: size - 6 });
      expect(yield* plans(pulled)).toEqual([]);
    }));
});
