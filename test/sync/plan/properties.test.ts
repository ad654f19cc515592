/** Over random directories: plan and apply = direct publication, undo of apply = as before, a large plan = a small one. */
import { Effect, Fiber } from "effect";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Store } from "../../../src/store/index.ts";
import { applyPlan, undoPlan, workPending, workPlan } from "../../../src/sync/index.ts";
import { hasPostgres, newDatabase } from "../../support/engines.ts";
import { openWorld, type World } from "../../support/world.ts";
import {
  applied,
  ask,
  type Directory,
  directory,
  draft,
  itemsOf,
  planOf,
  preview,
  publishToAll,
  seenOf,
} from "./support.ts";

const people = 5;
const named = (at: number) => ({ groupName: { equals: `G${at}` } });

/** Every kind of rule that a mapping change may bring or take: also those that time ends. */
const rules: ReadonlyArray<object> = [
  { id: "zero", when: named(0), grant: ["r0"] },
  { id: "one", when: named(1), grant: ["r1"] },
  { id: "any", when: { groupName: { prefix: "G" } }, grant: ["r2"] },
  { id: "one-not-two", when: { all: [named(1), { not: named(2) }] }, grant: ["r0", "r3"] },
  { id: "two-denies", when: named(2), deny: ["r0"] },
  { id: "all", when: { connection: "okta" }, grant: ["r1"] },
  { id: "ends", when: named(0), grant: ["r3"], validUntil: "2099-01-01" },
  { id: "begins", when: named(1), grant: ["r2"], validFrom: "2098-01-01" },
  {
    id: "scoped",
    when: { groupName: { glob: "G{scope}" } },
    grant: [{ role: "r3", scopeFrom: "g:{scope}", createScope: true }],
  },
];

const mapping = fc.subarray([...rules]);
const members = fc.array(fc.subarray(Array.from({ length: people }, (_, at) => at)), {
  minLength: 3,
  maxLength: 3,
});
const change = fc.record({ members, before: mapping, after: mapping });

describe("plans of random changes", () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ _tag: "Memory" });
  });
  afterAll(() => world.dispose());

  it("leave what direct publication leaves, and undone what was there before", async () => {
    await fc.assert(
      fc.asyncProperty(change, (random) =>
        world.runPromise(
          Effect.gen(function* () {
            const prepare = Effect.gen(function* () {
              const made = yield* directory(people, random.members);
              yield* publishToAll(made.id, random.before);
              return made;
            });
            const [direct, byPlan] = [yield* prepare, yield* prepare];
            yield* publishToAll(direct.id, random.after);
            const was = yield* seenOf(byPlan);
            yield* draft(byPlan.id, random.after);
            const plan = yield* applied(byPlan.id, yield* preview(byPlan.id));
            expect(plan.state).toBe("applied");
            const is = yield* seenOf(byPlan);
            expect(is).toEqual(yield* seenOf(direct));
            const differ = is.filter(
              (one, at) => JSON.stringify(one.roles) !== JSON.stringify(was[at]?.roles),
            );
            expect(yield* itemsOf(byPlan.id, plan.id)).toHaveLength(differ.length);
            yield* ask(byPlan.id, plan, undoPlan);
            yield* workPlan(byPlan.id, plan.id);
            yield* workPending(byPlan.id);
            expect(yield* seenOf(byPlan)).toEqual(was);
          }),
        ),
      ),
      { numRuns: 15 },
    );
  }, 240_000);
});

const crowd = 2_300;

describe.skipIf(!hasPostgres)("a plan of more items than one transaction takes", () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld((await newDatabase()).location);
  });
  afterAll(() => world?.dispose());

  const decisions = ({ id }: Directory) =>
    Effect.flatMap(Store, (store) =>
      store.tenant(id, (tx) =>
        Effect.promise(() => tx.db.selectFrom("decision").select("account_id").execute()),
      ),
    );

  const until = <E, R>(condition: Effect.Effect<boolean, E, R>) =>
    Effect.repeat(Effect.delay(condition, "5 millis"), { until: (held) => held, times: 4_000 });

  it("goes on where a killed worker left it, and looks at each account once", async () => {
    await world.runPromise(
      Effect.gen(function* () {
        const everyone = Array.from({ length: crowd }, (_, at) => at);
        const made = yield* directory(crowd, [everyone]);
        yield* draft(made.id, [{ id: "zero", when: named(0), grant: ["r0"] }]);
        const plan = yield* preview(made.id);
        expect(plan.summary.counts).toMatchObject({ changed: crowd, gaining: crowd });
        yield* ask(made.id, plan, applyPlan);
        const killed = yield* Effect.forkChild(workPlan(made.id, plan.id));
        yield* until(Effect.map(decisions(made), (rows) => rows.length > 0));
        yield* Fiber.interrupt(killed);
        const half = (yield* decisions(made)).length;
        expect(half).toBeLessThan(crowd);
        expect((yield* planOf(made.id, plan.id)).state).toBe("applying");
        yield* workPlan(made.id, plan.id);
        expect((yield* planOf(made.id, plan.id)).state).toBe("applied");
        const all = yield* decisions(made);
        expect(new Set(all.map((row) => row.account_id)).size).toBe(crowd);
        expect(all).toHaveLength(crowd);
        const roles = (yield* seenOf(made)).map((one) => one.roles.map(({ role }) => role));
        expect(roles).toEqual(everyone.map(() => ["r0"]));
      }),
    );
  }, 240_000);
});
