/** When a whole run is begun that a source's changes ask for: not before its time, unless somebody asks for it. */
import { Effect } from "effect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { append, userHint } from "../../../connectors/memory/index.ts";
import {
  findPulledUsers,
  listRuns,
  listWaitingConnections,
  noteTrouble,
  setSchedule,
} from "../../../src/store/index.ts";
import { askForRun, syncConnection } from "../../../src/sync/index.ts";
import { engines } from "../../support/engines.ts";
import { openWorld, type World } from "../../support/world.ts";
import { has, held, sync, user } from "../pull/support.ts";
import { caughtUp, type Followed, following, inTenant, liveConnector, newFollowed } from "./support.ts";

describe.each(engines)("a whole run that changes ask for, on the $name engine", ({ location, skip }) => {
  let world: World;
  beforeAll(async () => {
    if (!skip) world = await openWorld(await location(), [liveConnector]);
  });
  afterAll(() => world?.dispose());
  type Needs = Effect.Services<ReturnType<typeof sync>>;
  const test = (name: string, body: () => Effect.Effect<unknown, unknown, Needs>) =>
    it.skipIf(skip)(name, () => world.runPromise(body()), 40_000);

  /** An import was told, a moment after everything was read. */
  const asked = (because = "Something was imported.") =>
    Effect.gen(function* () {
      const followed = yield* newFollowed;
      followed.directory.users = [user("u1"), user("u2")];
      yield* sync(followed);
      yield* tellEveryone(followed, because);
      return followed;
    });

  const tellEveryone = (followed: Followed, why = "Something was imported.") => {
    append(followed.directory.journal, {
      _tag: "Everyone",
      why,
      because: { event: null, at: Date.now(), actor: null },
    });
    return following(followed, caughtUp(followed), { readAllSeconds: 600 });
  };

  const whole = (followed: Followed) =>
    Effect.map(
      inTenant(followed, (tx) => listRuns(tx, { limit: 100 })),
      (runs) => runs.filter(({ follows }) => !follows),
    );

  const work = ({ organization, connection }: Followed) => syncConnection(organization, connection);

  test("waits for its time, whoever starts runs: other news, a job that comes early, the sweeper", () =>
    Effect.gen(function* () {
      const followed = yield* asked();
      const [first] = yield* whole(followed);
      expect(first).toMatchObject({ state: "waiting", trigger: "change" });
      const left = (first?.dueAt?.getTime() ?? 0) - Date.now();
      expect(left).toBeGreaterThan(500_000);
      expect(left).toBeLessThan(700_000);

      followed.directory.users = [user("u1", "ada"), user("u2")];
      append(followed.directory.journal, userHint("u1"));
      yield* tellEveryone(followed);
      yield* work(followed);
      expect(yield* inTenant(followed, listWaitingConnections)).toEqual([]);
      expect(yield* held(followed)).toEqual(has(followed.directory));
      expect(yield* whole(followed)).toMatchObject([
        { id: first?.id, state: "waiting", dueAt: first?.dueAt },
        { state: "done" },
      ]);
    }));

  test("is begun at once where somebody asks for it, as the same run", () =>
    Effect.gen(function* () {
      const followed = yield* asked();
      const [first] = yield* whole(followed);
      const run = yield* inTenant(followed, (tx) => askForRun(tx, followed.connection, null, null));
      expect(run).toMatchObject({ id: first?.id, dueAt: null });
      expect(yield* inTenant(followed, listWaitingConnections)).toEqual([followed.connection]);
      yield* work(followed);
      expect(yield* whole(followed)).toMatchObject([{ id: first?.id, state: "done" }, { state: "done" }]);
    }));

  test("is begun when the schedule says so", () =>
    Effect.gen(function* () {
      const followed = yield* asked();
      yield* inTenant(followed, (tx) => setSchedule(tx, followed.connection, 600));
      yield* work(followed);
      expect((yield* whole(followed))[0]?.state).toBe("done");
    }));

  test("does not keep a reading of one person waiting", () =>
    Effect.gen(function* () {
      const followed = yield* asked();
      const { users } = yield* held(followed);
      expect(users).toHaveLength(2);
      const [one] = yield* inTenant(followed, (tx) => findPulledUsers(tx, followed.connection, ["u1"]));
      yield* inTenant(followed, (tx) => askForRun(tx, followed.connection, one?.id ?? null, null));
      yield* work(followed);
      expect(yield* inTenant(followed, (tx) => listRuns(tx, { limit: 2 }))).toMatchObject([
        { userId: one?.id, state: "done" },
        { userId: null, state: "waiting" },
      ]);
    }));

  test("is not begun sooner than a run that failed is tried again", () =>
    Effect.gen(function* () {
      const followed = yield* newFollowed;
      followed.directory.users = [user("u1")];
      yield* sync(followed);
      const trouble = { reason: "unavailable", detail: "Not now.", quarantine: false, retrySeconds: 3_000 };
      yield* inTenant(followed, (tx) => setSchedule(tx, followed.connection, 60));
      yield* inTenant(followed, (tx) => noteTrouble(tx, followed.connection, trouble));
      yield* tellEveryone(followed);
      const [run] = yield* whole(followed);
      expect((run?.dueAt?.getTime() ?? 0) - Date.now()).toBeGreaterThan(2_900_000);
    }));
});
