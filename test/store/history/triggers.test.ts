/** Whatever is written, history has it: on both engines, under the same policies. */
import { Effect } from "effect";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConnectionId, DirectoryUserId, EventId } from "../../../src/domain/index.ts";
import {
  addMembers,
  deleteGroup,
  deleteUser,
  forgetHistory,
  groupState,
  insertGroup,
  insertUser,
  newGroupId,
  newId,
  newUserId,
  removeMembers,
  Store,
  type TenantTx,
  tidyHistory,
  updateGroup,
  updateUser,
  userState,
} from "../../../src/store/index.ts";
import { asSuperuser, engines, hasPostgres, newDatabase, postgresMissing } from "../../support/engines.ts";
import { newOrganization, openWorld, type World } from "../../support/world.ts";

const cause = newId<EventId>();

describe.each(engines)("history on the $name engine", ({ location, skip }) => {
  let world: World;
  beforeAll(async () => {
    if (!skip) world = await openWorld(await location());
  });
  afterAll(() => world?.dispose());

  const rows = (tx: TenantTx, text: string) =>
    Effect.promise(async () => (await sql.raw<Record<string, unknown>>(text).execute(tx.db)).rows);

  /** Each of `steps` in a transaction of its own; gives what each gave. */
  const inTurn = (
    ...steps: ReadonlyArray<(tx: TenantTx, connection: ConnectionId) => Effect.Effect<unknown, unknown>>
  ) =>
    world.runPromise(
      Effect.gen(function* () {
        const store = yield* Store;
        const { id, connections } = yield* newOrganization("okta");
        const [connection] = connections as [ConnectionId];
        return yield* Effect.forEach(steps, (step) =>
          store.tenant(id, (tx) => Effect.orDie(step(tx, connection))),
        );
      }),
    );

  const users = (tx: TenantTx) =>
    rows(
      tx,
      `select active, resource->>'userName' as name, forgotten_at is null as holds
        from directory_user_history order by learned_at`,
    );
  const memberships = (tx: TenantTx) =>
    rows(tx, "select forgotten_at is null as holds from membership_history order by learned_at");
  const groups = (tx: TenantTx) =>
    rows(
      tx,
      "select display_name as name, forgotten_at is null as holds from directory_group_history order by learned_at",
    );

  it.skipIf(skip)("keeps what a user was, is, and that it is gone", async () => {
    const id = newUserId();
    const seen = await inTurn(
      (tx, connection) => insertUser(tx, connection, id, userState({ userName: "ada" }, true), cause),
      (tx) => updateUser(tx, id, userState({ userName: "ada" }, false), cause),
      users,
      (tx) => deleteUser(tx, id),
      users,
    );
    const [, , changed, , gone] = seen;
    expect(changed).toEqual([
      { active: true, name: "ada", holds: false },
      { active: false, name: "ada", holds: true },
    ]);
    expect(gone).toEqual([
      { active: true, name: "ada", holds: false },
      { active: false, name: "ada", holds: false },
    ]);
  });

  it.skipIf(skip)("writes nothing where only the version of a row changes", async () => {
    const id = newGroupId();
    const state = groupState({ displayName: "Ops" });
    const [, , seen] = await inTurn(
      (tx, connection) => insertGroup(tx, connection, id, state, cause),
      (tx) => updateGroup(tx, id, state, undefined),
      groups,
    );
    expect(seen).toEqual([{ name: "Ops", holds: true }]);
  });

  it.skipIf(skip)("ends memberships with their group, and by any other way they end", async () => {
    const [group, other] = [newGroupId(), newGroupId()];
    const people: ReadonlyArray<DirectoryUserId> = [newUserId(), newUserId()];
    const [, , added, , , left] = await inTurn(
      (tx, connection) =>
        Effect.gen(function* () {
          for (const id of people)
            yield* insertUser(tx, connection, id, userState({ userName: id }, true), cause);
          for (const id of [group, other])
            yield* insertGroup(tx, connection, id, groupState({ displayName: id }), cause);
        }),
      (tx) => Effect.andThen(addMembers(tx, group, people, cause), addMembers(tx, other, people, cause)),
      memberships,
      (tx) => deleteGroup(tx, group),
      (tx) => removeMembers(tx, other, people.slice(0, 1)),
      memberships,
    );
    expect((added as ReadonlyArray<unknown>).length).toBe(4);
    const holding = (left as ReadonlyArray<{ readonly holds: boolean }>).filter(({ holds }) => holds);
    expect(holding).toHaveLength(1);
  });

  it.skipIf(skip)("keeps a suspension and its end, and nothing of other changes of an account", async () => {
    const id = newUserId();
    const change = (set: string) => (tx: TenantTx) => rows(tx, `update account set ${set}`);
    const [, , , suspended, , resumed] = await inTurn(
      (tx) =>
        rows(
          tx,
          `insert into account (organization_id, id, active, active_because)
            values ('${tx.organization}', '${id}', true, 'test')`,
        ),
      change("active_because = 'other'"),
      change(`suspended_by = '${cause}'`),
      (tx) =>
        rows(tx, "select cause_event_id as cause, forgotten_at is null as holds from suspension_history"),
      change("suspended_by = null"),
      (tx) =>
        rows(tx, "select cause_event_id as cause, forgotten_at is null as holds from suspension_history"),
    );
    expect(suspended).toEqual([{ cause, holds: true }]);
    expect(resumed).toEqual([{ cause, holds: false }]);
  });

  it.skipIf(skip)("deletes what ended long ago, says so, and keeps what holds", async () => {
    const id = newUserId();
    const age = (tx: TenantTx) =>
      rows(
        tx,
        `update directory_user_history set learned_at = learned_at - interval '2 years',
          forgotten_at = forgotten_at - interval '1 year'`,
      );
    const horizon = (tx: TenantTx) =>
      rows(tx, "select complete_since < now() - interval '99 days' as past from history_horizon");
    const [, , , deleted, kept, said] = await inTurn(
      (tx, connection) => insertUser(tx, connection, id, userState({ userName: "ada" }, true), cause),
      (tx) => updateUser(tx, id, userState({ userName: "ada" }, false), cause),
      age,
      (tx) => tidyHistory(tx, 100),
      users,
      horizon,
    );
    expect(deleted).toBe(1);
    expect(kept).toEqual([{ active: false, name: "ada", holds: true }]);
    expect(said).toEqual([{ past: true }]);
  });

  it.skipIf(skip)("forgets people wholly, and nobody else", async () => {
    const [ada, bob] = [newUserId(), newUserId()];
    const group = newGroupId();
    const [, , people, of] = await inTurn(
      Effect.fnUntraced(function* (tx: TenantTx, connection: ConnectionId) {
        for (const [id, userName] of [
          [ada, "ada"],
          [bob, "bob"],
        ] as const)
          yield* insertUser(tx, connection, id, userState({ userName }, true), cause);
        yield* insertGroup(tx, connection, group, groupState({ displayName: "Ops" }), cause);
        yield* addMembers(tx, group, [ada, bob], cause);
      }),
      (tx) => forgetHistory(tx, [ada]),
      users,
      (tx) => rows(tx, "select user_id as user from membership_history"),
    );
    expect(people).toEqual([{ active: true, name: "bob", holds: true }]);
    expect(of).toEqual([{ user: bob }]);
  });
});

describe("a cascade of the database", () => {
  it.skipIf(!hasPostgres)(
    `runs as the owner of the tables, and history has what it removes${postgresMissing}`,
    async () => {
      const { location, superuser } = await newDatabase();
      const world = await openWorld(location);
      await asSuperuser(superuser, (client) =>
        client.query(`alter table membership drop constraint membership_group,
          add constraint membership_group foreign key (organization_id, group_id)
            references directory_group (organization_id, id) on delete cascade`),
      );
      const left = await world.runPromise(
        Effect.gen(function* () {
          const store = yield* Store;
          const { id, connections } = yield* newOrganization("okta");
          const [connection] = connections as [ConnectionId];
          const [group, user] = [newGroupId(), newUserId()];
          yield* store.tenant(
            id,
            Effect.fnUntraced(function* (tx) {
              yield* insertUser(tx, connection, user, userState({ userName: "ada" }, true), cause);
              yield* insertGroup(tx, connection, group, groupState({ displayName: "Ops" }), cause);
              yield* addMembers(tx, group, [user], cause);
            }),
          );
          return yield* store.tenant(id, (tx) =>
            Effect.promise(async () => {
              await sql`delete from directory_group where id = ${group}`.execute(tx.db);
              const query = sql<{
                holds: boolean;
              }>`select forgotten_at is null as holds from membership_history`;
              return (await query.execute(tx.db)).rows;
            }),
          );
        }),
      );
      await world.dispose();
      expect(left).toEqual([{ holds: false }]);
    },
  );
});
