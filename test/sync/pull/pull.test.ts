/** A source that is read: what it has becomes ours, what it no longer has goes, and an error is never an absence. */
import { Effect } from "effect";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  findPulledUsers,
  listEvents,
  listGroupViews,
  listRuns,
  listSyncStates,
  Store,
  updateConnection,
} from "../../../src/store/index.ts";
import { askForRun, syncConnection } from "../../../src/sync/index.ts";
import { engines } from "../../support/engines.ts";
import { openWorld, publishRules, type World } from "../../support/world.ts";
import { group, has, held, member, newPulled, type Pulled, sync, testConnector, user } from "./support.ts";

describe.each(engines)("a source that is read, on the $name engine", ({ location, skip }) => {
  let world: World;
  beforeAll(async () => {
    if (!skip) world = await openWorld(await location(), [testConnector]);
  });
  afterAll(() => world?.dispose());
  const test = (name: string, body: () => Effect.Effect<unknown, unknown, Needs>) =>
    it.skipIf(skip)(name, () => world.runPromise(body()));
  type Needs = Effect.Services<ReturnType<typeof sync>>;

  const acme = Effect.gen(function* () {
    const pulled = yield* newPulled;
    const { directory } = pulled.upstream;
    directory.users = [user("u1", "ada"), user("u2", "bob"), user("u3", "cyd", false)];
    directory.groups = [
      group("g1", "admins"),
      group("g2", "ops", "g1"),
      group("r1", "auditor", null, "realm-role"),
    ];
    directory.memberships = [member("g1", "u1"), member("g2", "u1"), member("g2", "u2"), member("r1", "u2")];
    yield* publishRules(
      pulled.organization,
      ["admin", "operator", "auditor"],
      [
        { id: "admins", when: { externalGroup: { connection: "kc", id: "g1" } }, grant: ["admin"] },
        { id: "ops", when: { groupName: { equals: "ops" } }, grant: ["operator"] },
        { id: "audit", when: { externalGroup: { connection: "kc", id: "r1" } }, grant: ["auditor"] },
      ],
    );
    return pulled;
  });

  const roles = Effect.fnUntraced(function* ({ organization }: Pulled) {
    const store = yield* Store;
    return yield* store.tenant(organization, (tx) =>
      Effect.promise(async () => {
        const { rows } = await sql<{ has: string }>`
          select u.user_name_key || ' ' || a.role as has from assignment a
          join account_link l on l.account_id = a.account_id join directory_user u on u.id = l.user_id
          order by 1`.execute(tx.db);
        return rows.map((row) => row.has);
      }),
    );
  });

  const counted = (run: { readonly steps: ReadonlyArray<{ readonly name: string }> }, name: string) =>
    run.steps.find((step) => step.name === name);

  test("keeps all that the source has, and gives the roles that follow", () =>
    Effect.gen(function* () {
      const pulled = yield* acme;
      const run = yield* sync(pulled);
      expect(run).toMatchObject({ state: "done", reason: null, attempts: 1 });
      expect(counted(run, "users")).toMatchObject({ read: 3, added: 3, removed: 0, failed: 0 });
      expect(counted(run, "memberships")).toMatchObject({ read: 4, added: 4 });
      expect(yield* held(pulled)).toEqual(has(pulled.upstream.directory));
      expect(yield* roles(pulled)).toEqual(["ada admin", "ada operator", "bob auditor", "bob operator"]);
    }));

  test("shows groups with what stands above them, found by a part of their name", () =>
    Effect.gen(function* () {
      const pulled = yield* acme;
      const { directory } = pulled.upstream;
      // A source may say anything, also that two groups are above each other.
      directory.groups = [...directory.groups, group("x", "Ops X", "y"), group("y", "Ops Y", "x")];
      yield* sync(pulled);
      const store = yield* Store;
      const found = yield* store.tenant(pulled.organization, (tx) =>
        listGroupViews(tx, { limit: 10, search: "ops", connection: pulled.connection }),
      );
      const [ops, x] = found;
      expect(ops).toMatchObject({ name: "ops", above: ["admins"], members: 2, externalId: "g2" });
      expect(x?.above).toHaveLength(32);
      expect(found).toHaveLength(3);
    }));

  test("a second, unchanged run writes nothing but its own row", () =>
    Effect.gen(function* () {
      const pulled = yield* acme;
      yield* sync(pulled);
      const store = yield* Store;
      const trace = store.tenant(pulled.organization, (tx) =>
        Effect.promise(async () => {
          const { rows } = await sql<{ at: unknown }>`
            select (select count(*)::int from event) as events, (select max(version) from directory_user) as v,
              (select count(*)::int from decision) as decisions, (select count(*)::int from pending_account) as p,
              (select array_agg(xmin::text order by id) from directory_user) as users,
              (select array_agg(xmin::text order by id) from directory_group) as groups,
              (select array_agg(xmin::text order by id) from account) as accounts`.execute(tx.db);
          return rows[0];
        }),
      );
      const before = yield* trace;
      const run = yield* sync(pulled);
      expect(counted(run, "users")).toMatchObject({ read: 3, added: 0, changed: 0 });
      expect(yield* trace).toEqual(before);
    }));

  test("a person who is disabled, leaves a group, is renamed or deleted: right after the next run", () =>
    Effect.gen(function* () {
      const pulled = yield* acme;
      const { directory } = pulled.upstream;
      yield* sync(pulled);
      directory.users = [user("u1", "ada", false), user("u2", "bobby")];
      directory.memberships = [member("g1", "u1"), member("g2", "u1"), member("g2", "u2")];
      const run = yield* sync(pulled);
      expect(counted(run, "users")).toMatchObject({ changed: 2 });
      expect(counted(run, "removals")).toMatchObject({ read: 2, removed: 2 });
      expect(yield* held(pulled)).toEqual(has(directory));
      expect(yield* roles(pulled)).toEqual(["bobby operator"]);
    }));

  test("a group renamed, moved, and deleted with its child", () =>
    Effect.gen(function* () {
      const pulled = yield* acme;
      const { directory } = pulled.upstream;
      yield* sync(pulled);
      directory.groups = [
        group("g1", "admins"),
        group("g2", "operations"),
        directory.groups[2] ?? group("r1"),
      ];
      yield* sync(pulled);
      expect(yield* held(pulled)).toEqual(has(directory));
      expect(yield* roles(pulled)).toEqual(["ada admin", "bob auditor"]);
      directory.groups = [group("r1", "auditor", null, "realm-role")];
      directory.memberships = [member("r1", "u2")];
      yield* sync(pulled);
      expect(yield* held(pulled)).toEqual(has(directory));
      expect(yield* roles(pulled)).toEqual(["bob auditor"]);
    }));

  test("two people who swapped their names, and names that two have at once", () =>
    Effect.gen(function* () {
      const pulled = yield* acme;
      const { directory } = pulled.upstream;
      yield* sync(pulled);
      directory.users = [user("u1", "bob"), user("u2", "ada"), user("u3", "ada", false)];
      expect(yield* sync(pulled)).toMatchObject({ state: "done" });
      expect(yield* held(pulled)).toEqual(has(directory));
      expect(yield* roles(pulled)).toEqual(["ada auditor", "ada operator", "bob admin", "bob operator"]);
    }));

  test("whoever is deleted and made again with the same name inherits nothing", () =>
    Effect.gen(function* () {
      const pulled = yield* acme;
      const { directory } = pulled.upstream;
      yield* sync(pulled);
      directory.users = [user("u9", "ada"), user("u2", "bob")];
      directory.memberships = [member("g2", "u2")];
      yield* sync(pulled);
      expect(yield* roles(pulled)).toEqual(["bob operator"]);
      const store = yield* Store;
      const accounts = yield* store.tenant(pulled.organization, (tx) =>
        Effect.promise(async () => (await sql`select 1 from account`.execute(tx.db)).rows.length),
      );
      expect(accounts).toBe(4);
    }));

  test("what cannot be kept is listed as failed, the rest goes through, and earlier facts of it stay", () =>
    Effect.gen(function* () {
      const pulled = yield* acme;
      const { directory } = pulled.upstream;
      yield* sync(pulled);
      directory.users = [
        user("u1", "nul\u0000"),
        user("u2", ""),
        user("u3", "cyd"),
        user("u4", "half\ud800"),
        user("x\ud800"),
        user("z\u0000"),
        user("u5", "n".repeat(256)),
        user("i".repeat(256), "long"),
      ];
      directory.groups = [...directory.groups, group("g9", "n\u0000"), group("h".repeat(300), "long")];
      directory.memberships = [...directory.memberships, member("g1", "z\u0000"), member("g1", "x\ud800")];
      const run = yield* sync(pulled);
      expect(run.state).toBe("done");
      const refused = ["u1", "u2", "u4", "x\ufffd", "z\ufffd", "u5", "i".repeat(100), "g9", "h".repeat(100)];
      expect(run.failures.map(({ id }) => id)).toEqual(refused);
      expect((yield* held(pulled)).users).toEqual([
        { id: "u1", name: "ada", active: true },
        { id: "u2", name: "bob", active: true },
        { id: "u3", name: "cyd", active: true },
      ]);
      expect(yield* roles(pulled)).toContain("ada admin");
    }));

  test("a name that only looks like an escape is kept as it is", () =>
    Effect.gen(function* () {
      const pulled = yield* acme;
      const { directory } = pulled.upstream;
      directory.users = [user("u1", "a\\u0000b"), user("u2", "c\\ud800")];
      expect((yield* sync(pulled)).failures).toEqual([]);
      expect(yield* held(pulled)).toEqual(has(directory));
    }));

  test("whoever is disabled loses their roles, also when the rest of what is said of them cannot be kept", () =>
    Effect.gen(function* () {
      const pulled = yield* acme;
      const { directory } = pulled.upstream;
      yield* sync(pulled);
      directory.users = [user("u1", "\u0000", false), user("u2", "bob")];
      const run = yield* sync(pulled);
      expect(run.failures).toHaveLength(1);
      expect((yield* held(pulled)).users[0]).toEqual({ id: "u1", name: "ada", active: false });
      expect(yield* roles(pulled)).toEqual(["bob auditor", "bob operator"]);
    }));

  test("a run that was begun five times ends as failed, and its connection says so", () =>
    Effect.gen(function* () {
      const pulled = yield* acme;
      const store = yield* Store;
      yield* store.tenant(pulled.organization, (tx) => askForRun(tx, pulled.connection, null, null));
      yield* store.tenant(pulled.organization, (tx) =>
        Effect.promise(() => sql`update run set attempts = 5`.execute(tx.db)),
      );
      yield* syncConnection(pulled.organization, pulled.connection);
      const [run] = yield* store.tenant(pulled.organization, (tx) => listRuns(tx, { limit: 1 }));
      expect(run).toMatchObject({ state: "failed", reason: "unavailable", attempts: 6 });
      expect((yield* store.tenant(pulled.organization, listSyncStates))[0]).toMatchObject({
        failures: 1,
        detail: run?.detail,
      });
      expect((yield* held(pulled)).users).toEqual([]);
    }));

  const faults = [
    { _tag: "FailAt", element: 0, reason: "unauthorized" },
    { _tag: "FailAt", element: 1, reason: "forbidden" },
    { _tag: "FailAt", element: 1, reason: "throttled", retryAfter: 7 },
    { _tag: "FailAt", element: 1, reason: "unavailable" },
    { _tag: "FailAt", element: 1, reason: "malformed" },
    { _tag: "DropProof" },
    { _tag: "EmptyList" },
  ] as const;

  for (const fault of faults) {
    const name = fault._tag === "FailAt" ? `${fault.reason} at ${fault.element}` : fault._tag;
    test(`nothing is removed by a fault (${name}), the run says what happened, the next good one catches up`, () =>
      Effect.gen(function* () {
        const pulled = yield* acme;
        const { directory } = pulled.upstream;
        yield* sync(pulled);
        const before = { held: yield* held(pulled), roles: yield* roles(pulled) };
        const whole = { ...directory };
        directory.users = [user("u1", "ada")];
        directory.groups = [group("g1", "admins")];
        directory.memberships = [];
        pulled.upstream.fault = fault;
        const run = yield* sync(pulled);
        expect(run.state).toBe("failed");
        expect(run.detail).toBeTruthy();
        expect(yield* held(pulled)).toEqual(before.held);
        expect(yield* roles(pulled)).toEqual(before.roles);
        const store = yield* Store;
        const state = () => store.tenant(pulled.organization, listSyncStates);
        const passing = fault._tag === "FailAt" && ["throttled", "unavailable"].includes(fault.reason);
        expect((yield* state())[0]).toMatchObject({
          failures: 1,
          reason: run.reason,
          detail: run.detail,
          quarantinedAt: passing ? null : expect.any(Date),
        });
        pulled.upstream.fault = undefined;
        expect(yield* sync(pulled)).toMatchObject({ state: "done" });
        expect(yield* held(pulled)).toEqual(has(directory));
        expect((yield* state())[0]).toMatchObject({ failures: 0, reason: null, quarantinedAt: null });
        expect(whole.users).toHaveLength(3);
      }));
  }

  test("quarantine and its end leave an event each, however many runs fail between", () =>
    Effect.gen(function* () {
      const pulled = yield* acme;
      pulled.upstream.fault = { _tag: "FailAt", element: 0, reason: "forbidden" };
      yield* sync(pulled);
      yield* sync(pulled);
      pulled.upstream.fault = undefined;
      yield* sync(pulled);
      const store = yield* Store;
      const events = yield* store.tenant(pulled.organization, (tx) =>
        listEvents(tx, { limit: 100, subject: pulled.connection }),
      );
      expect(events.map(({ type }) => type)).toEqual(["connection.recovered", "connection.quarantined"]);
    }));

  test("one person is read by id: changed, then gone", () =>
    Effect.gen(function* () {
      const pulled = yield* acme;
      const { directory } = pulled.upstream;
      yield* sync(pulled);
      const store = yield* Store;
      const [row] = yield* store.tenant(pulled.organization, (tx) =>
        findPulledUsers(tx, pulled.connection, ["u2"]),
      );
      if (row === undefined) return expect.unreachable();
      directory.users = [user("u1", "ada"), user("u2", "bob"), user("u3", "cyd", false)];
      directory.memberships = [member("g1", "u2"), member("g2", "u1")];
      expect(yield* sync(pulled, row.id)).toMatchObject({ state: "done", userId: row.id });
      expect(yield* roles(pulled)).toEqual(["ada admin", "ada operator", "bob admin"]);
      directory.users = [user("u1", "ada"), user("u3", "cyd", false)];
      directory.memberships = [member("g2", "u1")];
      yield* sync(pulled, row.id);
      expect(yield* roles(pulled)).toEqual(["ada admin", "ada operator"]);
    }));

  test("a disabled connection is not read, and a run at work stops when it is disabled", () =>
    Effect.gen(function* () {
      const pulled = yield* acme;
      const store = yield* Store;
      const disable = store.tenant(pulled.organization, (tx) =>
        updateConnection(tx, pulled.connection, { enabled: false }),
      );
      pulled.upstream.opened = Effect.orDie(disable);
      expect(yield* sync(pulled)).toMatchObject({ state: "cancelled" });
      expect((yield* held(pulled)).users).toEqual([]);
      expect(yield* sync(pulled)).toMatchObject({ state: "waiting" });
    }));
});
