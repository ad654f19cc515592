/** Two transactions touch one account at the same time, on a real PostgreSQL. */
import { Deferred, Effect, Fiber } from "effect";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ConnectionId,
  type DirectoryGroupId,
  type DirectoryUserId,
  type EventId,
  type OrganizationId,
  systemOrigin,
} from "../../src/domain/index.ts";
import {
  accountsOf,
  addMembers,
  insertGroup,
  insertUser,
  loadAssignments,
  lockGroup,
  memberIds,
  newGroupId,
  newId,
  newUserId,
  removeOthers,
  Store,
  type TenantTx,
} from "../../src/store/index.ts";
import {
  correlateAll,
  draftMapping,
  publishMapping,
  settleUsers,
  workPending,
} from "../../src/sync/index.ts";
import { hasPostgres, newDatabase, postgresMissing } from "../support/engines.ts";
import { newOrganization, openWorld, publishRules, type World } from "../support/world.ts";

const cause = () => ({ event: newId<EventId>(), origin: systemOrigin });

const user = (tx: TenantTx, connection: ConnectionId, name: string) =>
  Effect.gen(function* () {
    const state = {
      externalId: null,
      userNameKey: name,
      emailKey: null,
      active: true,
      resource: { userName: name },
    };
    const id = newUserId();
    yield* insertUser(tx, connection, id, state, newId<EventId>());
    yield* correlateAll(tx, connection, [{ user: id, keys: state, cause: newId<EventId>() }], systemOrigin);
    return id;
  });

const group = (tx: TenantTx, connection: ConnectionId, name: string) =>
  Effect.gen(function* () {
    const id = newGroupId();
    const state = {
      externalId: name,
      displayName: name,
      displayNameKey: name,
      resource: { displayName: name },
    };
    yield* insertGroup(tx, connection, id, state, newId<EventId>());
    return id;
  });

const join = (tx: TenantTx, of: DirectoryGroupId, who: DirectoryUserId) =>
  Effect.gen(function* () {
    const { event, origin } = cause();
    yield* addMembers(tx, of, [who], event);
    yield* settleUsers(tx, [who], { event, origin }, false);
  });

const rolesOf = (organization: OrganizationId, who: DirectoryUserId) =>
  Effect.gen(function* () {
    const store = yield* Store;
    return yield* store.tenant(
      organization,
      Effect.fnUntraced(function* (tx) {
        const accounts = yield* accountsOf(tx, [who]);
        const assignments = yield* loadAssignments(tx, accounts);
        return accounts.flatMap((id) => (assignments.get(id) ?? []).map(({ role }) => role));
      }),
    );
  });

/** How many sessions wait for a row that another transaction holds. */
const waiting = (store: Store["Service"]) =>
  store.system((tx) =>
    Effect.promise(async () => {
      const { rows } = await sql<{ n: number }>`
        select count(*)::int as n from pg_locks where not granted`.execute(tx.db);
      return rows[0]?.n ?? 0;
    }),
  );

const until = <E>(condition: Effect.Effect<boolean, E>) =>
  Effect.repeat(Effect.delay(condition, "5 millis"), { until: (held) => held, times: 400 });

/** Either the later one waits for the earlier (as it must), or it has already finished without it. */
const untilBlockedOrDone = (store: Store["Service"], later: Fiber.Fiber<unknown, unknown>) =>
  until(Effect.map(waiting(store), (blocked) => blocked > 0 || later.pollUnsafe() !== undefined));

describe.skipIf(!hasPostgres)(`two writers on PostgreSQL ${postgresMissing}`, () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld((await newDatabase(8)).location);
  });
  afterAll(() => world?.dispose());

  // Each writer alone would be right: A sees only staff and grants, B sees only barred and has nothing to remove.
  // Only whoever comes second, reading after the first committed, sees both.
  it("leave no stale role when neither saw the other's fact at first", async () => {
    const roles = await world.runPromise(
      Effect.gen(function* () {
        const store = yield* Store;
        const { id, connections } = yield* newOrganization("okta");
        const [connection] = connections;
        if (connection === undefined) return yield* Effect.die("no connection");
        const [who, staff, barred] = yield* store.tenant(id, (tx) =>
          Effect.all([
            user(tx, connection, "ada"),
            group(tx, connection, "staff"),
            group(tx, connection, "barred"),
          ]),
        );
        const when = { all: [{ group: staff }, { not: { group: barred } }] };
        yield* publishRules(id, ["entry"], [{ id: "entry", when, grant: ["entry"] }]);
        const firstWrote = yield* Deferred.make<void>();
        const mayCommit = yield* Deferred.make<void>();
        const first = yield* Effect.forkChild(
          store.tenant(
            id,
            Effect.fnUntraced(function* (tx) {
              yield* join(tx, staff, who);
              yield* Deferred.succeed(firstWrote, undefined);
              yield* Deferred.await(mayCommit);
            }),
          ),
        );
        yield* Deferred.await(firstWrote);
        const second = yield* Effect.forkChild(store.tenant(id, (tx) => join(tx, barred, who)));
        yield* untilBlockedOrDone(store, second);
        yield* Deferred.succeed(mayCommit, undefined);
        yield* Fiber.join(first);
        yield* Fiber.join(second);
        return yield* rolesOf(id, who);
      }),
    );
    expect(roles).toEqual([]);
  });

  it("leave no role of the old mapping when a new one is published and applied meanwhile", async () => {
    const roles = await world.runPromise(
      Effect.gen(function* () {
        const store = yield* Store;
        const { id, connections } = yield* newOrganization("okta");
        const [connection] = connections;
        if (connection === undefined) return yield* Effect.die("no connection");
        yield* publishRules(id, ["all"], [{ id: "all", when: { connection: "okta" }, grant: ["all"] }]);
        const evaluated = yield* Deferred.make<DirectoryUserId>();
        const mayCommit = yield* Deferred.make<void>();
        const arrival = yield* Effect.forkChild(
          store.tenant(
            id,
            Effect.fnUntraced(function* (tx) {
              const who = yield* user(tx, connection, "ada");
              yield* settleUsers(tx, [who], cause(), false);
              yield* Deferred.succeed(evaluated, who);
              yield* Deferred.await(mayCommit);
            }),
          ),
        );
        const who = yield* Deferred.await(evaluated);
        const publication = yield* Effect.forkChild(
          store.tenant(
            id,
            Effect.fnUntraced(function* (tx) {
              yield* draftMapping(tx, { rules: [] }, systemOrigin);
              yield* publishMapping(tx, systemOrigin, true);
            }),
          ),
        );
        yield* untilBlockedOrDone(store, publication);
        yield* Deferred.succeed(mayCommit, undefined);
        yield* Fiber.join(arrival);
        yield* Fiber.join(publication);
        yield* workPending(id);
        return yield* rolesOf(id, who);
      }),
    );
    expect(roles).toEqual([]);
  });

  it("who both replace a group's members leave the members of the later one, not of both", async () => {
    const left = await world.runPromise(
      Effect.gen(function* () {
        const store = yield* Store;
        const { id, connections } = yield* newOrganization("okta");
        const [connection] = connections;
        if (connection === undefined) return yield* Effect.die("no connection");
        const [ada, bob, staff] = yield* store.tenant(id, (tx) =>
          Effect.all([
            user(tx, connection, "ada"),
            user(tx, connection, "bob"),
            group(tx, connection, "staff"),
          ]),
        );
        const replaceBy = Effect.fnUntraced(function* (tx: TenantTx, who: DirectoryUserId) {
          yield* lockGroup(tx, connection, staff);
          yield* removeOthers(tx, staff, [who]);
          yield* addMembers(tx, staff, [who], newId<EventId>());
        });
        const wrote = yield* Deferred.make<void>();
        const mayCommit = yield* Deferred.make<void>();
        const earlier = yield* Effect.forkChild(
          store.tenant(
            id,
            Effect.fnUntraced(function* (tx) {
              yield* replaceBy(tx, ada);
              yield* Deferred.succeed(wrote, undefined);
              yield* Deferred.await(mayCommit);
            }),
          ),
        );
        yield* Deferred.await(wrote);
        const later = yield* Effect.forkChild(store.tenant(id, (tx) => replaceBy(tx, bob)));
        yield* untilBlockedOrDone(store, later);
        yield* Deferred.succeed(mayCommit, undefined);
        yield* Fiber.join(earlier);
        yield* Fiber.join(later);
        const members = yield* store.tenant(id, (tx) => memberIds(tx, staff));
        return members.map((member) => (member === bob ? "bob" : "somebody else"));
      }),
    );
    expect(left).toEqual(["bob"]);
  });

  it("create one account when two connections of one directory bring the same person at once", async () => {
    const accounts = await world.runPromise(
      Effect.gen(function* () {
        const store = yield* Store;
        const { id, connections } = yield* newOrganization("okta", "entra");
        yield* store.tenant(id, (tx) =>
          Effect.promise(() =>
            tx.db
              .updateTable("connection")
              .set({ directory_id: connections[0] ?? "" })
              .execute(),
          ),
        );
        const names = Array.from({ length: 20 }, (_, at) => `person-${at}`);
        yield* Effect.forEach(
          names.flatMap((name) => connections.map((connection) => ({ name, connection }))),
          ({ name, connection }) => store.tenant(id, (tx) => user(tx, connection, name)),
          { concurrency: "unbounded" },
        );
        return yield* store.tenant(id, (tx) =>
          Effect.promise(() => tx.db.selectFrom("account").select("id").execute()),
        );
      }),
    );
    expect(accounts).toHaveLength(20);
  });

  it("deadlock neither each other nor a crowd, whatever order they name people in", async () => {
    await world.runPromise(
      Effect.gen(function* () {
        const store = yield* Store;
        const { id, connections } = yield* newOrganization("okta");
        const [connection] = connections;
        if (connection === undefined) return yield* Effect.die("no connection");
        const { people, groups } = yield* store.tenant(
          id,
          Effect.fnUntraced(function* (tx) {
            const people = yield* Effect.forEach(Array.from({ length: 12 }), (_, at) =>
              user(tx, connection, `p${at}`),
            );
            const groups = yield* Effect.forEach(Array.from({ length: 8 }), (_, at) =>
              group(tx, connection, `g${at}`),
            );
            return { people, groups };
          }),
        );
        const rules = groups.map((of, at) => ({ id: `r${at}`, when: { group: of }, grant: [`role${at}`] }));
        yield* publishRules(
          id,
          rules.flatMap(({ grant }) => grant),
          rules,
        );
        yield* Effect.forEach(
          groups,
          (of, at) =>
            store.tenant(
              id,
              Effect.fnUntraced(function* (tx) {
                const { event, origin } = cause();
                const order = at % 2 === 0 ? people : people.toReversed();
                yield* addMembers(tx, of, order, event);
                yield* settleUsers(tx, order, { event, origin }, false);
              }),
            ),
          { concurrency: "unbounded" },
        );
        for (const who of people)
          expect((yield* rolesOf(id, who)).toSorted()).toEqual(groups.map((_, at) => `role${at}`));
      }),
    );
  });
});
