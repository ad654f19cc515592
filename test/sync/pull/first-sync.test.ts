/** A connection whose first sync is planned: it is read, people look at what would follow, and then it counts. */
import { Effect } from "effect";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EventId, type InvitationId, type RoleKey, systemOrigin } from "../../../src/domain/index.ts";
import {
  addInvitation,
  everyone,
  insertUser,
  listPlanItems,
  listPlans,
  newId,
  newUserId,
  nobody,
  Store,
  type TenantTx,
  updateConnection,
} from "../../../src/store/index.ts";
import {
  correlateAll,
  previewFirstSync,
  replayPage,
  settleUsers,
  verifyEveryone,
  workPending,
} from "../../../src/sync/index.ts";
import { engines } from "../../support/engines.ts";
import { newOrganization, openWorld, publishRules, type World } from "../../support/world.ts";
import { applied, planned, planOf } from "../plan/support.ts";
import { addPulled, group, held, member, type Pulled, sync, testConnector, user } from "./support.ts";

const developer = { role: "developer" as RoleKey, scope: "" };

describe.each(engines)("a planned first sync on the $name engine", ({ location, skip }) => {
  let world: World;
  beforeAll(async () => {
    if (!skip) world = await openWorld(await location(), [testConnector]);
  });
  afterAll(() => world?.dispose());
  type Needs = Effect.Services<ReturnType<typeof sync>>;
  const test = (name: string, body: () => Effect.Effect<unknown, unknown, Needs>) =>
    it.skipIf(skip)(name, () => world.runPromise(body()));

  const inTenant = <A, E, R>({ organization }: Pulled, body: (tx: TenantTx) => Effect.Effect<A, E, R>) =>
    Effect.flatMap(Store, (store) => store.tenant(organization, body));

  /** Ada came by SCIM. A Keycloak waits: Ada, whom it calls inactive, is to be the same person, Bob and Eve are new. */
  const acme = Effect.gen(function* () {
    const { id: organization, connections } = yield* newOrganization("okta");
    const [okta] = connections;
    if (okta === undefined) return yield* Effect.die("no connection");
    const pulled = yield* addPulled(organization, "kc", true);
    const when = { groupName: { equals: "engineers" } };
    yield* publishRules(organization, ["developer", "guest"], [{ id: "all", when, grant: ["developer"] }]);
    const ada = yield* inTenant(
      pulled,
      Effect.fnUntraced(function* (tx) {
        for (const one of [okta, pulled.connection])
          yield* updateConnection(tx, one, { directoryId: okta, lifecycleAuthority: true });
        const keys = { externalId: "ada", userNameKey: "ada", emailKey: null };
        const ada = newUserId();
        yield* insertUser(tx, okta, ada, { ...keys, active: true, resource: { userName: "ada" } }, newId());
        yield* correlateAll(tx, okta, [{ user: ada, keys, cause: newId<EventId>() }], systemOrigin);
        yield* settleUsers(tx, [ada], { event: newId<EventId>(), origin: systemOrigin }, false);
        return ada;
      }),
    );
    const { directory } = pulled.upstream;
    directory.users = [user("ada", "ada", false), user("bob"), user("eve")];
    directory.groups = [group("g1", "engineers")];
    directory.memberships = [member("g1", "ada"), member("g1", "bob")];
    return { ...pulled, ada };
  });

  /** Active and roles, by user name. */
  const seen = (pulled: Pulled) =>
    inTenant(
      pulled,
      Effect.fnUntraced(function* (tx) {
        const page = yield* (yield* everyone(tx, 100, true))(nobody);
        return Object.fromEntries(
          page.map(({ people, state, roles }) => [
            String(people[0]?.attributes["userName"]),
            [state.active, roles.map(({ role }) => role as string).join()],
          ]),
        );
      }),
    );

  const joins = ({ upstream: { directory } }: Pulled, who: string) => {
    directory.memberships = [...directory.memberships, member("g1", who)];
  };

  const onlyPlan = Effect.fnUntraced(function* (pulled: Pulled) {
    const [plan, ...others] = yield* inTenant(pulled, (tx) => listPlans(tx, { limit: 10 }));
    expect(others).toEqual([]);
    return plan ?? (yield* Effect.die("no plan"));
  });

  const plan = (pulled: Pulled) =>
    planned(pulled.organization, (tx, origin) => previewFirstSync(tx, origin, pulled.connection));

  const unexplained = ({ organization }: Pulled) =>
    Effect.flatMap(Store, (store) =>
      Effect.map(store.reading(organization, verifyEveryone), (found) => found.unexplained),
    );

  const before = { ada: [true, ""], bob: [false, ""], eve: [false, ""] };

  test("fills the copy, counts for nothing, and leaves a plan", () =>
    Effect.gen(function* () {
      const pulled = yield* acme;
      expect(yield* sync(pulled)).toMatchObject({ state: "done" });
      expect(yield* held(pulled)).toMatchObject({ users: [{ id: "ada" }, { id: "bob" }, { id: "eve" }] });
      expect(yield* seen(pulled)).toEqual(before);
      expect(yield* onlyPlan(pulled)).toMatchObject({
        kind: "first-sync",
        connectionId: pulled.connection,
        authorId: null,
      });
      // Another run reads on, and makes no second plan.
      joins(pulled, "eve");
      yield* sync(pulled);
      expect(yield* seen(pulled)).toEqual(before);
      yield* onlyPlan(pulled);
      expect(yield* unexplained(pulled)).toBe(0);
    }));

  test("says who would gain, lose and turn, and applying does that and nothing else", () =>
    Effect.gen(function* () {
      const pulled = yield* acme;
      yield* sync(pulled);
      const shown = yield* plan(pulled);
      expect(shown.summary.counts).toMatchObject({
        accounts: 3,
        changed: 3,
        gaining: 1,
        losing: 0,
        activated: 2,
        deactivated: 1,
        roles: [{ role: "developer", before: 0, after: 1, gained: 1, lost: 0 }],
      });
      expect(yield* seen(pulled)).toEqual(before);
      const items = yield* inTenant(pulled, (tx) => listPlanItems(tx, shown.id, { limit: 10 }));
      expect(items.map(({ change }) => change)).toContainEqual({
        active: { from: false, to: true },
        gained: [developer],
        lost: [],
        changed: 0,
      });
      expect(yield* applied(pulled.organization, shown)).toMatchObject({ state: "applied" });
      expect(yield* seen(pulled)).toEqual({ ada: [false, ""], bob: [true, "developer"], eve: [true, ""] });
      // From now on it counts as any other.
      joins(pulled, "eve");
      yield* sync(pulled);
      expect(yield* seen(pulled)).toMatchObject({ eve: [true, "developer"] });
      expect(yield* unexplained(pulled)).toBe(0);
    }));

  test("is refused, with names, where people moved since it was shown", () =>
    Effect.gen(function* () {
      const pulled = yield* acme;
      yield* sync(pulled);
      const shown = yield* plan(pulled);
      joins(pulled, "eve");
      yield* sync(pulled);
      const stale = yield* applied(pulled.organization, shown);
      expect(stale).toMatchObject({
        state: "stale",
        summary: { stale: { because: "accounts", count: 1, accounts: [{ now: { gained: [developer] } }] } },
      });
      expect(yield* seen(pulled)).toEqual(before);
    }));

  test("is stale where the connection counts already, or is disabled", () =>
    Effect.gen(function* () {
      const pulled = yield* acme;
      yield* sync(pulled);
      const [first, second] = [yield* plan(pulled), yield* plan(pulled)];
      yield* applied(pulled.organization, first);
      expect(yield* applied(pulled.organization, second)).toMatchObject({
        state: "stale",
        summary: { stale: { because: "connection" } },
      });
      expect((yield* planOf(pulled.organization, first.id)).state).toBe("applied");
    }));

  test("uses no invitation before it counts, and uses it then", () =>
    Effect.gen(function* () {
      const pulled = yield* acme;
      const emails = [{ value: "bob@acme.test", primary: true }];
      pulled.upstream.directory.users = [
        { _tag: "User", id: "bob", resource: { userName: "bob", active: true, emails } },
      ];
      pulled.upstream.directory.memberships = [];
      const invitation = {
        id: newId<InvitationId>(),
        emailKey: "bob@acme.test",
        domain: "acme.test",
        role: "guest" as RoleKey,
        scope: "",
        reason: "Helps out",
        cause: newId<EventId>(),
        expiresAt: null,
      };
      yield* inTenant(pulled, (tx) => addInvitation(tx, invitation));
      yield* sync(pulled);
      const open = inTenant(pulled, (tx) =>
        Effect.promise(async () => {
          const { rows } = await sql`select id from invitation where ended_at is null`.execute(tx.db);
          return rows.length;
        }),
      );
      expect(yield* open).toBe(1);
      yield* applied(pulled.organization, yield* plan(pulled));
      expect(yield* open).toBe(0);
      expect(yield* seen(pulled)).toMatchObject({ bob: [true, "guest"] });
    }));

  test("is told apart when the past is replayed", () =>
    Effect.gen(function* () {
      const pulled = yield* acme;
      const from = Date.now();
      yield* sync(pulled);
      yield* applied(pulled.organization, yield* plan(pulled));
      yield* workPending(pulled.organization);
      const store = yield* Store;
      const page = yield* store.reading(pulled.organization, (tx) =>
        replayPage(tx, { from, to: null, version: 1, after: null, limit: 100 }),
      );
      expect(page).toMatchObject({ deviations: [] });
    }));
});
