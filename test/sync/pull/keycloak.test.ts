/** A real realm becomes local roles; what changes there shows after the next run; and through every fault nothing is lost. */
import type KeycloakAdminClient from "@keycloak/keycloak-admin-client";
import { Effect } from "effect";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { keycloak } from "../../../connectors/keycloak/index.ts";
import type { Run } from "../../../src/domain/index.ts";
import { listSyncStates, newId, Store } from "../../../src/store/index.ts";
import { makeRealm } from "../../connectors/keycloak/realm.ts";
import { hasty, missing, onRealm } from "../../connectors/keycloak/support.ts";
import type { Rule } from "../../support/fault-proxy.ts";
import type { KeycloakServer } from "../../support/keycloak.ts";
import { openWorld, type World } from "../../support/world.ts";
import { connectRealm, type Held, ours, theirs } from "./realm.ts";
import { held, sync } from "./support.ts";

const { ready } = onRealm(150);
let world: World;
beforeAll(async () => {
  if (!missing) world = await openWorld({ _tag: "Memory" }, [keycloak], () => hasty);
});
afterAll(() => world?.dispose());

const connect = () => connectRealm(ready());
const run = (pulled: Held) => sync(pulled);
const bare = Effect.suspend(() => theirs(ready()));

/** `person role because-of-group` of everyone whose name begins so. */
const rolesOf = Effect.fnUntraced(function* ({ organization }: Held, name: string) {
  const store = yield* Store;
  return yield* store.tenant(organization, (tx) =>
    Effect.promise(async () => {
      const { rows } = await sql<{ has: string }>`
        select r.role || ' by ' || g.display_name as has from assignment_reason r
        join directory_user u on u.id = r.user_id join directory_group g on g.id = r.group_id
        where u.user_name_key = ${name} order by 1`.execute(tx.db);
      return rows.map((row) => row.has);
    }),
  );
});

const admin = <A>(change: (of: KeycloakAdminClient) => Promise<A>) =>
  Effect.promise(() => change(ready().realm.admin));
const idOf = async (of: KeycloakAdminClient, username: string) =>
  (await of.users.find({ username, exact: true }))[0]?.id ?? "";
const test = (name: string, body: () => Effect.Effect<unknown, unknown, Needs>) =>
  it.skipIf(missing)(name, () => world.runPromise(body()), 120_000);
type Needs = Effect.Services<ReturnType<typeof sync>>;

const summary = (done: Run) =>
  done.steps.map(({ name, read, added, changed, removed }) => ({ name, read, added, changed, removed }));

describe("a real realm", () => {
  test("becomes directory and roles, equal to what a bare client reads; a second run changes nothing", () =>
    Effect.gen(function* () {
      const pulled = yield* connect();
      expect(yield* run(pulled)).toMatchObject({ state: "done", detail: null });
      expect(yield* ours(pulled)).toEqual(yield* bare);
      expect(yield* rolesOf(pulled, "person00000")).toEqual([
        "auditor by auditor",
        "core by core",
        "editor by shop:editor",
      ]);
      // Disabled in the realm: no roles, whatever their groups.
      expect(yield* rolesOf(pulled, "person00057")).toEqual([]);
      const again = yield* run(pulled);
      for (const step of summary(again)) expect(step).toMatchObject({ added: 0, changed: 0, removed: 0 });
    }));

  test("who is disabled, leaves, or is deleted there: right after the next run", () =>
    Effect.gen(function* () {
      const pulled = yield* connect();
      yield* run(pulled);
      yield* admin(async (of) => {
        await of.users.update({ id: await idOf(of, "person00004") }, { enabled: false });
        const id = await idOf(of, "person00008");
        const core = (await of.users.listGroups({ id })).find(({ name }) => name === "core");
        await of.users.delFromGroup({ id, groupId: core?.id ?? "" });
        await of.users.del({ id: await idOf(of, "person00012") });
        const auditor = await of.roles.findOneByName({ name: "auditor" });
        await of.users.addRealmRoleMappings({
          id: await idOf(of, "person00001"),
          roles: [{ id: auditor?.id ?? "", name: "auditor" }],
        });
      });
      const next = yield* run(pulled);
      expect(next.steps.find(({ name }) => name === "removals")).toMatchObject({ removed: 2 });
      expect(yield* ours(pulled)).toEqual(yield* bare);
      expect(yield* rolesOf(pulled, "person00004")).toEqual([]);
      expect(yield* rolesOf(pulled, "person00008")).toEqual([]);
      expect(yield* rolesOf(pulled, "person00012")).toEqual([]);
      expect(yield* rolesOf(pulled, "person00001")).toEqual(["auditor by auditor"]);
    }));

  test("a group renamed, moved, deleted with its children: right after the next run", () =>
    Effect.gen(function* () {
      const pulled = yield* connect();
      yield* run(pulled);
      const teams = yield* admin((of) => of.groups.find({ max: 1000 }));
      const team = (name: string) => teams.find((one) => one.name === name)?.id ?? "";
      yield* admin(async (of) => {
        await of.groups.update({ id: team("team3") }, { name: "renamed" });
        // Moving is adding an existing group below another one.
        await of.groups.updateChildGroup({ id: team("team5") }, { id: team("team4"), name: "team4" });
      });
      yield* run(pulled);
      expect(yield* rolesOf(pulled, "person00003")).toContain("renamed by renamed");
      const { groups } = yield* held(pulled);
      expect(groups.find(({ id }) => id === team("team4"))).toMatchObject({ parent: team("team5") });
      yield* admin((of) => of.groups.del({ id: team("team0") }));
      yield* run(pulled);
      const left = (yield* held(pulled)).groups.map(({ name }) => name);
      for (const gone of ["team0", "core", "inner", "x/y"]) expect(left).not.toContain(gone);
      expect(yield* ours(pulled)).toEqual(yield* bare);
      expect(yield* rolesOf(pulled, "person00016")).toEqual([]);
    }));
});

describe("another realm behind the same connection", () => {
  test("is refused, and nobody has left", () =>
    Effect.gen(function* () {
      const pulled = yield* connect();
      yield* run(pulled);
      const before = yield* ours(pulled);
      const { realm, proxy } = ready();
      const other = yield* Effect.promise(() => makeRealm(inject("keycloak") as KeycloakServer, 3));
      const store = yield* Store;
      const call = (name: string) =>
        store.tenant(pulled.organization, (tx) =>
          Effect.promise(() =>
            sql`update connection set settings = settings || jsonb_build_object('realm', ${name}::text)`.execute(
              tx.db,
            ),
          ),
        );
      yield* call(other.name);
      proxy.set();
      expect(yield* run(pulled)).toMatchObject({ state: "failed", reason: "refused" });
      expect(yield* ours(pulled)).toEqual(before);
      yield* call(realm.name);
      expect(yield* run(pulled)).toMatchObject({ state: "done" });
      yield* Effect.promise(() => other.remove());
    }));
});

const users = /realms\/[^/]+\/users\/?$/;
const groups = /realms\/[^/]+\/groups\/?$/;
const roles = /realms\/[^/]+\/roles\/?$/;
const members = /\/members$/;

const on =
  (path: RegExp, answer: ReturnType<Rule>): Rule =>
  (asked) =>
    path.test(asked.path) ? answer : undefined;

const faults: ReadonlyArray<{ name: string; rule: Rule; reason: string }> = [
  { name: "401 for the list of users", rule: on(users, { status: 401 }), reason: "unauthorized" },
  { name: "403 for the members of groups", rule: on(members, { status: 403 }), reason: "forbidden" },
  {
    name: "429 with seconds",
    rule: on(users, { status: 429, headers: { "retry-after": "1" } }),
    reason: "throttled",
  },
  {
    name: "429 with a date",
    rule: on(groups, { status: 429, headers: { "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" } }),
    reason: "throttled",
  },
  {
    name: "429 with an absurd wait",
    rule: on(users, { status: 429, headers: { "retry-after": "999999999" } }),
    reason: "throttled",
  },
  { name: "500 for the roles", rule: on(roles, { status: 500 }), reason: "unavailable" },
  { name: "503 for the groups", rule: on(groups, { status: 503 }), reason: "unavailable" },
  {
    name: "truncated JSON",
    rule: on(members, { rewrite: (body) => body.slice(0, -3) }),
    reason: "malformed",
  },
  {
    name: "an empty list of users with 200",
    rule: on(users, { status: 200, body: "[]" }),
    reason: "forbidden",
  },
  { name: "silence", rule: on(members, "silence"), reason: "unavailable" },
  {
    name: "a page twice",
    rule: ({ path, query }) =>
      users.test(path) && Number(query.get("first")) > 0
        ? {
            rewrite: (body) =>
              JSON.stringify([
                ...JSON.parse(body).slice(0, 1),
                ...JSON.parse(body).slice(0, 40),
                ...JSON.parse(body).slice(0, 40),
              ]),
          }
        : undefined,
    reason: "conflict",
  },
  {
    name: "a page that shrinks",
    rule: ({ path, query }) =>
      users.test(path) && Number(query.get("first")) > 0
        ? { rewrite: (body) => JSON.stringify(JSON.parse(body).slice(21)) }
        : undefined,
    reason: "conflict",
  },
];

describe("through a fault nothing is removed, the run says what happened, and the next good one catches up:", () => {
  for (const { name, rule, reason } of faults) {
    test(name, () =>
      Effect.gen(function* () {
        const pulled = yield* connect();
        yield* run(pulled);
        const before = yield* ours(pulled);
        const joined = yield* admin(async (of) => {
          const made = await of.users.create({ username: `new-${newId()}`, enabled: true });
          return made.id;
        });
        ready().proxy.set(rule);
        const failed = yield* run(pulled);
        expect(failed).toMatchObject({ state: "failed", reason });
        expect(failed.detail).toMatch(/Keycloak|list/);
        const after = yield* ours(pulled);
        expect(before.users.filter((line) => !after.users.includes(line))).toEqual([]);
        expect(before.memberships.filter((line) => !after.memberships.includes(line))).toEqual([]);
        ready().proxy.set();
        expect(yield* run(pulled)).toMatchObject({ state: "done" });
        expect(yield* ours(pulled)).toEqual(yield* bare);
        expect((yield* ours(pulled)).users.some((line) => line.startsWith(joined))).toBe(true);
      }),
    );
  }

  test("an empty list of members with 200 is asked about person by person, and not believed", () =>
    Effect.gen(function* () {
      const pulled = yield* connect();
      yield* run(pulled);
      const before = yield* ours(pulled);
      ready().proxy.set(on(/\/groups\/[^/]+\/members$/, { status: 200, body: "[]" }));
      const doubted = yield* run(pulled);
      expect(doubted.state).toBe("done");
      expect(doubted.steps.find(({ name }) => name === "removals")).toMatchObject({ removed: 0 });
      expect(yield* ours(pulled)).toEqual(before);
    }));

  test("a token that ends midway is renewed and nobody notices", () =>
    Effect.gen(function* () {
      const pulled = yield* connect();
      let refused = 0;
      ready().proxy.set(({ path, before }) => {
        if (!path.endsWith("/members") || before > 0 || refused >= 3) return undefined;
        refused += 1;
        return { status: 401 };
      });
      expect(yield* run(pulled)).toMatchObject({ state: "done" });
      expect(refused).toBe(3);
      expect(yield* ours(pulled)).toEqual(yield* bare);
    }));

  test("a credential that lost view-users: quarantine, and the role it needs is named", () =>
    Effect.gen(function* () {
      const pulled = yield* connect();
      yield* run(pulled);
      const before = yield* ours(pulled);
      const store = yield* Store;
      yield* store.tenant(pulled.organization, (tx) =>
        Effect.promise(() =>
          sql`update connection set settings = jsonb_set(settings, '{clientId}', '"blind"')`.execute(tx.db),
        ),
      );
      expect(yield* run(pulled)).toMatchObject({ state: "failed", reason: "forbidden" });
      const [state] = yield* store.tenant(pulled.organization, listSyncStates);
      expect(state).toMatchObject({ quarantinedAt: expect.any(Date), reason: "forbidden" });
      expect(state?.detail).toContain("realm-management view-users");
      expect(yield* ours(pulled)).toEqual(before);
    }));
});
