/** A plan says what would happen, applying it does that and nothing else, undoing it takes that back. */
import { Effect } from "effect";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OrganizationId, PlanId } from "../../../src/domain/index.ts";
import { listEvents, Store, type TenantTx, updateConnection } from "../../../src/store/index.ts";
import {
  applyPlan,
  previewConnection,
  previewPending,
  publishMapping,
  rejectPlan,
  sweep,
  undoPlan,
  workPending,
  workPlan,
} from "../../../src/sync/index.ts";
import { engines } from "../../support/engines.ts";
import { openWorld, type World } from "../../support/world.ts";
import {
  applied,
  ask,
  directory,
  draft,
  itemsOf,
  operatorOrigin,
  planned,
  planOf,
  preview,
  publishToAll,
  rolesOf,
  seenOf,
  setMembers,
} from "./support.ts";

const inGroup = (at: number, role: string) => ({
  id: `g${at}`,
  when: { groupName: { equals: `G${at}` } },
  grant: [role],
});

/** Before: G0 gives r0. */
const before = [inGroup(0, "r0")];
/** After: G1 gives r1 in its place. */
const after = [inGroup(1, "r1")];

const inTenant = <A, E, R>(id: OrganizationId, body: (tx: TenantTx) => Effect.Effect<A, E, R>) =>
  Effect.flatMap(Store, (store) => store.tenant(id, body));

describe.each(engines)("plans on the $name engine", ({ location, skip }) => {
  let world: World;
  beforeAll(async () => {
    if (!skip) world = await openWorld(await location());
  });
  afterAll(() => world?.dispose());

  const run = <A, E>(
    effect: Effect.Effect<
      A,
      E,
      Parameters<World["runPromise"]>[0] extends Effect.Effect<unknown, unknown, infer R> ? R : never
    >,
  ) => world.runPromise(effect);

  /** p0 in G0, p1 in both, p2 in G1, p3 in none; `before` is in force for all. */
  const small = Effect.gen(function* () {
    const made = yield* directory(4, [
      [0, 1],
      [1, 2],
    ]);
    yield* publishToAll(made.id, before);
    return made;
  });

  it.skipIf(skip)("a preview says who gains and who loses, and changes nothing", async () => {
    await run(
      Effect.gen(function* () {
        const made = yield* small;
        const seen = yield* seenOf(made);
        yield* draft(made.id, after);
        const plan = yield* preview(made.id);
        expect(plan).toMatchObject({ kind: "mapping", state: "open", mappingVersion: 3, baseVersion: 2 });
        expect(plan.hash).toMatch(/^[0-9a-f]{64}$/);
        expect(plan.summary).toMatchObject({ done: 4, total: 4, stale: null });
        expect(plan.summary.counts).toEqual({
          accounts: 4,
          changed: 3,
          gaining: 2,
          losing: 2,
          activated: 0,
          deactivated: 0,
          otherReasons: 0,
          roles: [
            { role: "r0", before: 2, after: 0, gained: 0, lost: 2, reserved: false },
            { role: "r1", before: 0, after: 2, gained: 2, lost: 0, reserved: false },
          ],
        });
        const items = yield* itemsOf(made.id, plan.id);
        expect(items.map(({ change }) => change)).toEqual(
          expect.arrayContaining([
            { active: null, gained: [], lost: [{ role: "r0", scope: "" }], changed: 0 },
            {
              active: null,
              gained: [{ role: "r1", scope: "" }],
              lost: [{ role: "r0", scope: "" }],
              changed: 0,
            },
            { active: null, gained: [{ role: "r1", scope: "" }], lost: [], changed: 0 },
          ]),
        );
        expect(yield* seenOf(made)).toEqual(seen);
      }),
    );
  });

  it.skipIf(skip)(
    "two previews of the same draft have the same hash, one of another draft has another",
    async () => {
      await run(
        Effect.gen(function* () {
          const made = yield* small;
          yield* draft(made.id, after);
          const [one, two] = [yield* preview(made.id), yield* preview(made.id)];
          expect(two.hash).toBe(one.hash);
          yield* draft(made.id, [...after, inGroup(0, "r2")]);
          const three = yield* preview(made.id);
          expect(three.mappingVersion).toBe(one.mappingVersion);
          expect(three.hash).not.toBe(one.hash);
        }),
      );
    },
  );

  it.skipIf(skip)("applying does what was shown, in the name of whoever applied it", async () => {
    await run(
      Effect.gen(function* () {
        const made = yield* small;
        yield* draft(made.id, after);
        const plan = yield* applied(made.id, yield* preview(made.id));
        expect(plan.state).toBe("applied");
        expect(yield* rolesOf(made)).toEqual({ p0: [], p1: ["r1"], p2: ["r1"], p3: [] });
        const states = (yield* itemsOf(made.id, plan.id)).map(({ state }) => state);
        expect(states).toEqual(["applied", "applied", "applied"]);
        const events = yield* inTenant(made.id, (tx) => listEvents(tx, { limit: 50 }));
        const of = (type: string) => events.filter((event) => event.type === type);
        const [done] = of("plan.applied");
        expect(done).toMatchObject({ actorId: operatorOrigin.actor.id, subjectId: plan.id });
        expect(of("plan.made")[0]?.id).toBe(done?.causeEventId);
        const changes = of("account.roles-changed").filter(({ causeEventId }) => causeEventId === done?.id);
        expect(changes).toHaveLength(3);
        expect(of("mapping.published")[0]).toMatchObject({ causeEventId: done?.id });
      }),
    );
  });

  it.skipIf(skip)("a plan whose people moved meanwhile is refused, and says who", async () => {
    await run(
      Effect.gen(function* () {
        const made = yield* small;
        yield* draft(made.id, after);
        const plan = yield* preview(made.id);
        yield* setMembers(made, 1, [1, 2, 3]);
        const seen = yield* seenOf(made);
        const refused = yield* applied(made.id, plan);
        expect(refused.state).toBe("stale");
        expect(refused.summary.stale).toMatchObject({
          because: "accounts",
          count: 1,
          accounts: [{ was: null, now: { gained: [{ role: "r1", scope: "" }], lost: [] } }],
        });
        expect(yield* seenOf(made)).toEqual(seen);
        const again = yield* Effect.flip(ask(made.id, plan, applyPlan));
        expect(again).toMatchObject({ detail: expect.stringContaining("Make a new one") });
      }),
    );
  });

  it.skipIf(skip)("a draft replaced under the same number makes its plan stale", async () => {
    await run(
      Effect.gen(function* () {
        const made = yield* small;
        yield* draft(made.id, after);
        const plan = yield* preview(made.id);
        yield* draft(made.id, [...after, { ...inGroup(7, "r2"), id: "nobody" }]);
        const refused = yield* applied(made.id, plan);
        expect(refused).toMatchObject({ state: "stale", summary: { stale: { because: "draft" } } });
        expect(yield* rolesOf(made)).toMatchObject({ p0: ["r0"] });
      }),
    );
  });

  it.skipIf(skip)(
    "another mapping put in force makes it stale, another hash is refused at once",
    async () => {
      await run(
        Effect.gen(function* () {
          const made = yield* small;
          yield* draft(made.id, after);
          const plan = yield* preview(made.id);
          const wrong = yield* Effect.flip(ask(made.id, { ...plan, hash: "0".repeat(64) }, applyPlan));
          expect(wrong).toMatchObject({ _tag: "InvalidValue" });
          const waiting = yield* planned(made.id, previewPending);
          yield* inTenant(made.id, (tx) => publishMapping(tx, operatorOrigin, false));
          expect((yield* applied(made.id, waiting)).summary.stale?.because).toBe("mapping");
          expect((yield* applied(made.id, plan)).summary.stale?.because).toBe("draft");
          expect(yield* rolesOf(made)).toMatchObject({ p0: ["r0"] });
        }),
      );
    },
  );

  it.skipIf(skip)(
    "what was published without applying is seen and applied as a plan of its own",
    async () => {
      await run(
        Effect.gen(function* () {
          const made = yield* small;
          yield* draft(made.id, after);
          yield* inTenant(made.id, (tx) => publishMapping(tx, operatorOrigin, false));
          const plan = yield* planned(made.id, previewPending);
          expect(plan).toMatchObject({ kind: "pending", summary: { counts: { changed: 3 } } });
          expect((yield* applied(made.id, plan)).state).toBe("applied");
          expect(yield* rolesOf(made)).toEqual({ p0: [], p1: ["r1"], p2: ["r1"], p3: [] });
          const nothing = yield* planned(made.id, previewPending);
          expect(nothing.summary.counts).toMatchObject({ accounts: 4, changed: 0, roles: [] });
        }),
      );
    },
  );

  it.skipIf(skip)("a connection to be disabled shows what would go, and does not go by a plan", async () => {
    await run(
      Effect.gen(function* () {
        const made = yield* small;
        const make = (enables: boolean) =>
          planned(made.id, (tx, origin) => previewConnection(tx, origin, made.connection, enables));
        const plan = yield* make(false);
        expect(plan.summary.counts).toMatchObject({ changed: 2, losing: 2, gaining: 0 });
        expect((yield* make(true)).summary.counts).toMatchObject({ changed: 0 });
        expect(yield* Effect.flip(ask(made.id, plan, applyPlan))).toMatchObject({ _tag: "InvalidValue" });
        yield* inTenant(made.id, (tx) => updateConnection(tx, made.connection, { enabled: false }));
        expect((yield* make(true)).summary.counts).toMatchObject({ changed: 0 });
        const gone = yield* planned(made.id, previewPending);
        const items = (all: Effect.Success<ReturnType<typeof itemsOf>>) =>
          all.map(({ account, change }) => ({ account, change }));
        expect(items(yield* itemsOf(made.id, gone.id))).toEqual(items(yield* itemsOf(made.id, plan.id)));
      }),
    );
  });

  it.skipIf(skip)("undoing restores all but whom somebody else changed since", async () => {
    await run(
      Effect.gen(function* () {
        const made = yield* small;
        yield* draft(made.id, after);
        const plan = yield* applied(made.id, yield* preview(made.id));
        yield* setMembers(made, 1, [1]);
        yield* draft(made.id, [inGroup(0, "r3")]);
        yield* ask(made.id, plan, undoPlan);
        yield* workPlan(made.id, plan.id);
        yield* workPending(made.id);
        const undone = yield* planOf(made.id, plan.id);
        expect(undone).toMatchObject({ state: "undone", summary: { undone: { version: 5 } } });
        expect(yield* rolesOf(made)).toEqual({ p0: ["r0"], p1: ["r0"], p2: [], p3: [] });
        const states = (yield* itemsOf(made.id, plan.id)).map(({ state }) => state);
        expect(states.toSorted()).toEqual(["moved", "undone", "undone"]);
        // The draft that somebody wrote meanwhile is still there, and can be previewed.
        const next = yield* preview(made.id);
        expect(next).toMatchObject({ mappingVersion: 4, baseVersion: 5 });
        expect(yield* Effect.flip(ask(made.id, plan, undoPlan))).toMatchObject({ _tag: "InvalidValue" });
      }),
    );
  });

  it.skipIf(skip)("is not undone after its time, nor over a later mapping", async () => {
    await run(
      Effect.gen(function* () {
        const made = yield* small;
        yield* draft(made.id, after);
        const plan = yield* applied(made.id, yield* preview(made.id));
        yield* inTenant(made.id, (tx) =>
          Effect.promise(() => sql`update plan set undo_until = now() - interval '1 second'`.execute(tx.db)),
        );
        expect(yield* Effect.flip(ask(made.id, plan, undoPlan))).toMatchObject({
          detail: expect.stringContaining("time to undo"),
        });
        yield* inTenant(made.id, (tx) =>
          Effect.promise(() => sql`update plan set undo_until = now() + interval '1 hour'`.execute(tx.db)),
        );
        yield* publishToAll(made.id, before);
        expect(yield* Effect.flip(ask(made.id, plan, undoPlan))).toMatchObject({
          detail: expect.stringContaining("Another mapping"),
        });
      }),
    );
  });

  it.skipIf(skip)("rejected is the end of a plan", async () => {
    await run(
      Effect.gen(function* () {
        const made = yield* small;
        yield* draft(made.id, after);
        const plan = yield* preview(made.id);
        expect((yield* ask(made.id, plan, rejectPlan)).state).toBe("rejected");
        expect(yield* Effect.flip(ask(made.id, plan, applyPlan))).toMatchObject({ _tag: "InvalidValue" });
        expect(yield* Effect.flip(ask(made.id, plan, rejectPlan))).toMatchObject({ _tag: "InvalidValue" });
        expect(yield* Effect.flip(ask(made.id, { ...plan, id: "x" as PlanId }, rejectPlan))).toMatchObject({
          _tag: "NotFound",
        });
      }),
    );
  });

  it.skipIf(skip)("a plan whose job is gone gets another one", async () => {
    await run(
      Effect.gen(function* () {
        const store = yield* Store;
        const made = yield* small;
        yield* draft(made.id, after);
        const plan = yield* preview(made.id);
        yield* ask(made.id, plan, applyPlan);
        const jobs = Effect.promise(() => store.queue.findJobs("plan", { data: { plan: plan.id } }));
        const sent = (yield* jobs).length;
        yield* sweep();
        expect((yield* jobs).length).toBe(sent + 1);
        yield* workPlan(made.id, plan.id);
        expect((yield* planOf(made.id, plan.id)).state).toBe("applied");
        yield* sweep();
        expect((yield* jobs).length).toBe(sent + 1);
      }),
    );
  });
});
