/** Between whole runs, what a source tells has changed is read by itself and has its effect within seconds. */
import { Effect, Stream } from "effect";
import { sql } from "kysely";
import { describe, expect } from "vitest";
import { append, groupHint, userHint } from "../../../connectors/memory/index.ts";
import { listEvents } from "../../../src/store/index.ts";
import { askForRun } from "../../../src/sync/index.ts";
import { engines } from "../../support/engines.ts";
import { suiteOn } from "../../support/suite.ts";
import { publishRules } from "../../support/world.ts";
import { group, has, held, member, sync, user } from "../pull/support.ts";
import {
  caughtUp,
  cursorOf,
  type Followed,
  following,
  inTenant,
  liveConnector,
  looks,
  nameOf,
  newFollowed,
  overrides,
  stateOf,
} from "./support.ts";

describe.each(engines)("a connection that is followed, on the $name engine", (engine) => {
  const test = suiteOn(engine, [liveConnector], 30_000);

  const acme = Effect.gen(function* () {
    const followed = yield* newFollowed;
    const { directory } = followed;
    directory.users = [user("u1", "ada"), user("u2", "bob"), user("u3", "cyd")];
    directory.groups = [group("g1", "admins"), group("g2", "ops", "g1"), group("g3", "deep", "g2")];
    directory.memberships = [member("g1", "u1"), member("g2", "u2"), member("g3", "u3")];
    yield* publishRules(
      followed.organization,
      ["admin", "operator", "diver"],
      [
        { id: "admins", when: { externalGroup: { connection: "kc", id: "g1" } }, grant: ["admin"] },
        { id: "ops", when: { groupName: { equals: "ops" } }, grant: ["operator"] },
        { id: "deep", when: { externalGroup: { connection: "kc", id: "g3" } }, grant: ["diver"] },
      ],
    );
    expect(yield* sync(followed)).toMatchObject({ state: "done", follows: false });
    return followed;
  });

  const roles = (followed: Followed) =>
    inTenant(followed, (tx) =>
      Effect.promise(async () => {
        const { rows } = await sql<{ has: string }>`
          select u.user_name_key || ' ' || a.role as has from assignment a
          join account_link l on l.account_id = a.account_id join directory_user u on u.id = l.user_id
          order by 1`.execute(tx.db);
        return rows.map((row) => row.has);
      }),
    );

  /** Changes the directory, follows until that is known, and compares. */
  const having = Effect.fnUntraced(function* (
    followed: Followed,
    change: (directory: Followed["directory"]) => void,
  ) {
    change(followed.directory);
    yield* following(followed, caughtUp(followed));
    expect(yield* held(followed)).toEqual(has(followed.directory));
    return yield* roles(followed);
  });

  test("a join and a leave of a person that an event names", () =>
    Effect.gen(function* () {
      const followed = yield* acme;
      const joined = yield* having(followed, (directory) => {
        directory.memberships = [...directory.memberships, member("g1", "u2")];
        append(directory.journal, userHint("u2", "root"));
      });
      expect(joined).toEqual(["ada admin", "bob admin", "bob operator", "cyd diver"]);
      const left = yield* having(followed, (directory) => {
        directory.memberships = directory.memberships.filter(({ user: who }) => who !== "u2");
        append(directory.journal, userHint("u2", "root"));
      });
      expect(left).toEqual(["ada admin", "cyd diver"]);
      const [last, first, ...others] = yield* looks(followed);
      expect(others).toEqual([]);
      expect(first).toMatchObject({ trigger: "change", state: "done", userId: null, failures: [] });
      expect(last).toMatchObject({ trigger: "change", state: "done" });
      const state = yield* stateOf(followed);
      expect(state).toMatchObject({ followFailures: 0, followReason: null });
      expect(state.changedAt?.getTime()).toBeGreaterThan(Date.now() - 20_000);
      expect(state.lagMillis).toBeLessThan(15_000);
    }));

  test("a newcomer, somebody disabled, and somebody deleted", () =>
    Effect.gen(function* () {
      const followed = yield* acme;
      const now = yield* having(followed, (directory) => {
        directory.users = [user("u1", "ada", false), user("u2", "bob"), user("u4", "dan")];
        directory.memberships = [member("g1", "u1"), member("g2", "u2"), member("g1", "u4")];
        for (const id of ["u1", "u3", "u4"]) append(directory.journal, userHint(id));
      });
      expect(now).toEqual(["bob operator", "dan admin"]);
    }));

  test("a group renamed, moved, and deleted with its children, by one event each", () =>
    Effect.gen(function* () {
      const followed = yield* acme;
      const renamed = yield* having(followed, (directory) => {
        directory.groups = directory.groups.map((one) => (one.id === "g2" ? group("g2", "OPS!", "g1") : one));
        append(directory.journal, groupHint("g2"));
      });
      expect(renamed).toEqual(["ada admin", "cyd diver"]);
      // It is told of the group it came from only.
      yield* having(followed, (directory) => {
        directory.groups = directory.groups.map((one) => (one.id === "g2" ? group("g2", "ops", null) : one));
        append(directory.journal, groupHint("g1"));
      });
      const gone = yield* having(followed, (directory) => {
        directory.groups = directory.groups.filter(({ id }) => id === "g1");
        directory.memberships = directory.memberships.filter(({ group: of }) => of === "g1");
        append(directory.journal, groupHint("g2"));
      });
      expect(gone).toEqual(["ada admin"]);
    }));

  test("a group that was gone with its new parent before anybody looked: everything is read for it", () =>
    Effect.gen(function* () {
      const followed = yield* acme;
      const { directory } = followed;
      // "ops" and what is below it was moved into g4, and that was deleted at once.
      directory.groups = [group("g1", "admins")];
      directory.memberships = [member("g1", "u1")];
      const told = groupHint("g4");
      append(directory.journal, { ...told, movedInto: true });
      append(directory.journal, groupHint("g4"));
      yield* following(followed, caughtUp(followed));
      expect(yield* held(followed)).not.toEqual(has(directory));
      const events = yield* inTenant(followed, (tx) => listEvents(tx, { limit: 10 }));
      expect(events.find(({ type }) => type === "run.asked-by-source")?.data).toMatchObject({
        why: "A group is gone into which another one was moved.",
      });
      expect(yield* sync(followed)).toMatchObject({ state: "done", follows: false });
      expect(yield* held(followed)).toEqual(has(directory));
      expect(yield* roles(followed)).toEqual(["ada admin"]);
    }));

  test("people in a branch whom nobody has seen yet", () =>
    Effect.gen(function* () {
      const followed = yield* acme;
      const now = yield* having(followed, (directory) => {
        directory.users = [...directory.users, user("u9", "zoe")];
        directory.groups = [...directory.groups, group("g9", "ops", "g1")];
        directory.memberships = [...directory.memberships, member("g9", "u9")];
        append(directory.journal, groupHint("g1"));
      });
      expect(now).toContain("zoe operator");
    }));

  test("while a reading of everything waits: what is told is read once", () =>
    Effect.gen(function* () {
      const followed = yield* acme;
      yield* inTenant(followed, (tx) => askForRun(tx, followed.connection, null, null));
      yield* following(
        followed,
        Effect.gen(function* () {
          append(followed.directory.journal, userHint("u1"));
          yield* caughtUp(followed);
          append(followed.directory.journal, userHint("u2"));
          yield* caughtUp(followed);
        }),
      );
      const read = (yield* looks(followed)).map(
        ({ steps }) => steps.find(({ name }) => name === "users")?.read,
      );
      expect(read).toEqual([1, 1]);
    }));

  test("while everything is read: what is told meanwhile counts, and what was read before it does not", () =>
    Effect.gen(function* () {
      const followed = yield* acme;
      const { directory } = followed;
      const { users, groups, memberships } = directory;
      const tally = (all: ReadonlyArray<unknown>) => ({ listed: all.length, counted: all.length });
      const proof = {
        _tag: "Proof" as const,
        users: tally(users),
        groups: tally(groups),
        memberships: tally(memberships),
      };
      const change = Effect.sync(() => {
        directory.users = [user("u1", "ada", false), user("u2", "bob"), user("u4", "dan")];
        directory.groups = [group("g1", "admins"), group("g2", "OPS!", "g1")];
        directory.memberships = [member("g1", "u1"), member("g2", "u4")];
        for (const id of ["u1", "u2", "u3", "u4"]) append(directory.journal, userHint(id));
        for (const id of ["g2", "g3"]) append(directory.journal, groupHint(id));
        return proof;
      });
      overrides.set(nameOf(followed), {
        everyone: Stream.concat(
          Stream.fromIterable([...users, ...groups, ...memberships]),
          Stream.fromEffect(change),
        ),
      });
      expect(yield* sync(followed)).toMatchObject({ state: "done" });
      expect(yield* held(followed)).toEqual(has(directory));
      overrides.delete(nameOf(followed));
      expect(yield* cursorOf(followed)).toEqual({ position: 6 });
    }));

  test("its events carry the source's own event and who did it", () =>
    Effect.gen(function* () {
      const followed = yield* acme;
      const hint = userHint("u2", "root");
      yield* having(followed, (directory) => {
        directory.memberships = [...directory.memberships, member("g1", "u2")];
        append(directory.journal, hint);
      });
      const events = yield* inTenant(followed, (tx) => listEvents(tx, { limit: 10 }));
      const joined = events.find(({ type }) => type === "group.members-changed");
      const { event, at, actor } = hint.because;
      expect(joined?.data["source"]).toEqual({ event, at, actor });
      expect(joined?.actorKind).toBe("run");
    }));
});
