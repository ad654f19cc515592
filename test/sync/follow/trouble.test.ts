/** Following when things go wrong: at the source, with who follows, and where a source means ill. */
import { Effect } from "effect";
import { sql } from "kysely";
import { describe, expect } from "vitest";
import { ConnectorFailure, type Hint } from "../../../connectors/connector.ts";
import { append, groupHint, userHint } from "../../../connectors/memory/index.ts";
import {
  beginFollowing,
  claimFollow,
  findRunning,
  listEvents,
  listOpenExceptions,
  listRuns,
  newId,
  Store,
  setFollow,
  updateConnection,
} from "../../../src/store/index.ts";
import { followConnection, sweep, syncConnection } from "../../../src/sync/index.ts";
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
  opened,
  overrides,
  stateOf,
  until,
} from "./support.ts";

const size = 30;
const everybody = Array.from({ length: size }, (_, at) => `u${at}`);

describe.each(engines)("a connection that is followed badly, on the $name engine", (engine) => {
  const test = suiteOn(engine, [liveConnector], 40_000);

  const acme = Effect.gen(function* () {
    const followed = yield* newFollowed;
    const { directory } = followed;
    directory.users = everybody.map((id) => user(id));
    directory.groups = [group("g1", "engineers")];
    directory.memberships = everybody.map((id) => member("g1", id));
    yield* publishRules(
      followed.organization,
      ["developer"],
      [{ id: "all", when: { externalGroup: { connection: "kc", id: "g1" } }, grant: ["developer"] }],
    );
    yield* sync(followed);
    return followed;
  });

  const holders = (followed: Followed) =>
    inTenant(followed, (tx) =>
      Effect.promise(async () => {
        const { rows } = await sql<{ n: number }>`select count(*)::int as n from assignment`.execute(tx.db);
        return rows[0]?.n;
      }),
    );

  const rename = ({ directory }: Followed, id: string, name: string) => {
    directory.users = directory.users.map((one) => (one.id === id ? user(id, name) : one));
    append(directory.journal, userHint(id));
  };

  const open = (followed: Followed) =>
    Effect.map(
      inTenant(followed, (tx) => listOpenExceptions(tx, 10)),
      (all) => all.map(({ kind }) => kind),
    );

  describe("what the guard makes of it", () => {
    test("an emptied group is held: nobody was named", () =>
      Effect.gen(function* () {
        const followed = yield* acme;
        followed.directory.memberships = [];
        append(followed.directory.journal, groupHint("g1"));
        yield* following(followed, caughtUp(followed));
        expect((yield* held(followed)).memberships).toEqual([]);
        expect(yield* holders(followed)).toBe(size);
        expect(yield* open(followed)).toEqual(["held-plan"]);
      }));

    test("people named one by one lose it at once, and somebody is told", () =>
      Effect.gen(function* () {
        const followed = yield* acme;
        followed.directory.memberships = [];
        for (const id of everybody) append(followed.directory.journal, userHint(id));
        yield* following(followed, caughtUp(followed));
        expect(yield* holders(followed)).toBe(0);
        expect(yield* open(followed)).toEqual(["mass-leaving"]);
      }));

    test("a group that is gone names nobody, also where each of its people is told of", () =>
      Effect.gen(function* () {
        const followed = yield* acme;
        followed.directory.memberships = [];
        followed.directory.groups = [group("g2", "others")];
        for (const id of everybody) append(followed.directory.journal, userHint(id));
        yield* following(followed, caughtUp(followed));
        expect(yield* held(followed)).toEqual({ ...has(followed.directory), groups: [] });
        expect(yield* holders(followed)).toBe(size);
        expect(yield* open(followed)).toEqual(["held-plan"]);
      }));
  });

  describe("the source", () => {
    test("forbids to see changes: whole runs go on, and following begins when it may", () =>
      Effect.gen(function* () {
        const followed = yield* acme;
        followed.upstream.fault = { _tag: "FailChanges", reason: "forbidden" };
        yield* following(
          followed,
          until(stateOf(followed), ({ followFailures }) => followFailures > 0),
        );
        expect(yield* stateOf(followed)).toMatchObject({ followReason: "forbidden", quarantinedAt: null });
        expect(yield* sync(followed)).toMatchObject({ state: "done" });
        followed.upstream.fault = undefined;
        rename(followed, "u1", "ada");
        yield* following(followed, caughtUp(followed));
        expect(yield* held(followed)).toEqual(has(followed.directory));
        yield* following(
          followed,
          until(stateOf(followed), ({ followFailures }) => followFailures === 0),
        );
        expect(yield* stateOf(followed)).toMatchObject({ followReason: null, followDetail: null });
      }));

    test("never let changes be seen: when it does, all is read once more, for what happened between", () =>
      Effect.gen(function* () {
        const followed = yield* newFollowed;
        followed.directory.users = [user("u1")];
        followed.upstream.fault = { _tag: "FailChanges", reason: "forbidden" };
        expect(yield* sync(followed)).toMatchObject({ state: "done" });
        expect(yield* cursorOf(followed)).toBe(null);
        followed.directory.users = [user("u1"), user("u2")];
        followed.upstream.fault = undefined;
        const asked = inTenant(followed, (tx) => listRuns(tx, { limit: 1 }));
        yield* following(
          followed,
          until(asked, ([run]) => run?.state === "waiting"),
        );
        expect((yield* asked)[0]).toMatchObject({ trigger: "change", follows: false });
        yield* syncConnection(followed.organization, followed.connection);
        expect(yield* held(followed)).toEqual(has(followed.directory));
        rename(followed, "u1", "ada");
        yield* following(followed, caughtUp(followed));
      }));

    test("fails while it is asked for one: the cursor stays, and the next look reads the same", () =>
      Effect.gen(function* () {
        const followed = yield* acme;
        const before = yield* cursorOf(followed);
        const name = nameOf(followed);
        overrides.set(name, {
          one: () => Effect.fail(new ConnectorFailure({ reason: "unavailable", detail: "Not now." })),
        });
        rename(followed, "u1", "ada");
        yield* following(
          followed,
          until(stateOf(followed), ({ followFailures }) => followFailures > 0),
        );
        expect(yield* cursorOf(followed)).toEqual(before);
        expect((yield* looks(followed))[0]).toMatchObject({ state: "failed", reason: "unavailable" });
        overrides.delete(name);
        yield* following(followed, caughtUp(followed));
        expect(yield* held(followed)).toEqual(has(followed.directory));
      }));

    test("says something about one person that cannot be kept: it is listed, and the others go on", () =>
      Effect.gen(function* () {
        const followed = yield* acme;
        rename(followed, "u1", "");
        rename(followed, "u2", "bob");
        yield* following(followed, caughtUp(followed));
        const [look] = yield* looks(followed);
        expect(look).toMatchObject({ state: "done", failures: [{ kind: "user", id: "u1" }] });
        const { users } = yield* held(followed);
        expect(users.find(({ id }) => id === "u2")).toMatchObject({ name: "bob" });
        expect(users.find(({ id }) => id === "u1")).toMatchObject({ name: "u1" });
      }));

    test("asks for everything to be read: a run is asked for, and says why", () =>
      Effect.gen(function* () {
        const followed = yield* acme;
        followed.directory.users = followed.directory.users.slice(1);
        followed.directory.memberships = followed.directory.memberships.slice(1);
        const because = { event: "e1", at: Date.now(), actor: "root" };
        for (let times = 0; times < 3; times += 1)
          append(followed.directory.journal, { _tag: "Everyone", why: "Something was imported.", because });
        yield* following(followed, caughtUp(followed));
        const [run, ...others] = yield* inTenant(followed, (tx) => listRuns(tx, { limit: 5 }));
        expect(run).toMatchObject({ state: "waiting", trigger: "change", follows: false });
        expect(others).toHaveLength(1);
        const [event] = yield* inTenant(followed, (tx) =>
          listEvents(tx, { limit: 1, subject: run?.id ?? "" }),
        );
        expect(event).toMatchObject({
          type: "run.asked-by-source",
          data: { why: "Something was imported.", source: because },
        });
        yield* syncConnection(followed.organization, followed.connection);
        expect(yield* held(followed)).toEqual(has(followed.directory));
      }));
  });

  describe("who follows", () => {
    test("two at once: only one looks", () =>
      Effect.gen(function* () {
        const followed = yield* acme;
        const name = nameOf(followed);
        opened.set(name, 0);
        rename(followed, "u1", "ada");
        yield* following(followed, following(followed, following(followed, caughtUp(followed))));
        expect(opened.get(name)).toBe(1);
        expect(yield* looks(followed)).toHaveLength(1);
      }));

    test("one that was killed is taken over when its lease ends, and what it had begun is done again", () =>
      Effect.gen(function* () {
        const followed = yield* acme;
        const dead = newId();
        rename(followed, "u1", "ada");
        yield* inTenant(followed, (tx) => claimFollow(tx, followed.connection, dead));
        yield* inTenant(followed, (tx) => beginFollowing(tx, followed.connection, dead));
        yield* followConnection(followed.organization, followed.connection);
        expect((yield* held(followed)).users).not.toEqual(has(followed.directory).users);
        yield* inTenant(followed, (tx) =>
          Effect.promise(async () => {
            await sql`update sync_state set follow_lease_until = now() - interval '1 second'`.execute(tx.db);
            await sql`update run set lease_until = now() - interval '1 second' where state = 'running'`.execute(
              tx.db,
            );
          }),
        );
        yield* following(followed, caughtUp(followed));
        expect(yield* held(followed)).toEqual(has(followed.directory));
        expect((yield* looks(followed)).map(({ state }) => state)).toEqual(["done", "cancelled"]);
      }));

    test("a look left behind does not keep a whole run waiting, nor become one", () =>
      Effect.gen(function* () {
        const followed = yield* acme;
        yield* inTenant(followed, (tx) => beginFollowing(tx, followed.connection, newId()));
        yield* inTenant(followed, (tx) =>
          Effect.promise(() =>
            sql`update run set lease_until = now() where state = 'running'`.execute(tx.db),
          ),
        );
        expect(yield* sync(followed)).toMatchObject({ state: "done", attempts: 1 });
        expect(yield* inTenant(followed, (tx) => findRunning(tx, followed.connection))).toBe(undefined);
      }));

    test("ends when it is switched off or the connection is disabled, and leaves no lease", () =>
      Effect.gen(function* () {
        const followed = yield* acme;
        const { connection } = followed;
        for (const stop of [
          inTenant(followed, (tx) => updateConnection(tx, connection, { enabled: false })),
          inTenant(followed, (tx) => setFollow(tx, connection, null)),
        ]) {
          const work = followConnection(followed.organization, connection);
          yield* Effect.all([work, Effect.delay(stop, "300 millis")], { concurrency: 2 }).pipe(
            Effect.timeout("10 seconds"),
          );
          yield* inTenant(followed, (tx) => updateConnection(tx, connection, { enabled: true }));
        }
        yield* followConnection(followed.organization, connection).pipe(Effect.timeout("2 seconds"));
      }));

    test("where nobody does, the sweeper sends a job", () =>
      Effect.gen(function* () {
        const followed = yield* acme;
        yield* sweep();
        const { queue } = yield* Store;
        const jobs = yield* Effect.promise(() => queue.fetch("follow", { batchSize: 1_000 }));
        expect(jobs.map(({ data }) => (data as { connection: string }).connection)).toContain(
          followed.connection,
        );
      }));
  });

  describe("a source that means ill", () => {
    test("names what cannot be: it is listed, and nothing else happens", () =>
      Effect.gen(function* () {
        const followed = yield* acme;
        const ids = ["", "../../x", "\0", "\uD800", "x".repeat(10_000), "nobody", "%2e%2e"];
        for (const id of ids) {
          append(followed.directory.journal, userHint(id));
          append(followed.directory.journal, groupHint(id));
        }
        const odd = { event: "\0".repeat(400), at: Number.NaN, actor: "\uD800" };
        append(followed.directory.journal, { ...userHint("u1"), because: odd });
        rename(followed, "u2", "bob");
        yield* following(followed, caughtUp(followed));
        expect(yield* held(followed)).toEqual(has(followed.directory));
        expect((yield* looks(followed))[0]).toMatchObject({ state: "done" });
      }));

    const moves = new ConnectorFailure({ reason: "conflict", detail: "It changed while it was read." });
    const asked = (followed: Followed) =>
      inTenant(followed, (tx) => Effect.map(listRuns(tx, { limit: 1 }), ([run]) => run));

    test("changes a group while it is read: the group is read again, and nothing else", () =>
      Effect.gen(function* () {
        const followed = yield* acme;
        let left = 3;
        const found = { _tag: "Branch" as const, groups: [group("g9", "new")], members: new Map() };
        overrides.set(nameOf(followed), {
          branch: () => Effect.suspend(() => (--left < 0 ? Effect.succeed(found) : Effect.fail(moves))),
        });
        followed.directory.groups = [...followed.directory.groups, group("g9", "new")];
        append(followed.directory.journal, groupHint("g9"));
        yield* following(followed, caughtUp(followed));
        expect(yield* held(followed)).toEqual(has(followed.directory));
        expect(yield* asked(followed)).toMatchObject({ follows: true, state: "done", failures: [] });
      }));

    test("changes a group whenever it is read: it is listed, and everything is read before the schedule's time", () =>
      Effect.gen(function* () {
        const followed = yield* acme;
        overrides.set(nameOf(followed), { branch: () => Effect.fail(moves) });
        append(followed.directory.journal, groupHint("g9"));
        yield* following(followed, caughtUp(followed));
        expect((yield* looks(followed))[0]).toMatchObject({ failures: [{ kind: "group", id: "g9" }] });
        expect(yield* asked(followed)).toMatchObject({ follows: false, state: "waiting", trigger: "change" });
      }));

    test("gives a bookmark of more than a megabyte: it is refused, and nothing of it kept", () =>
      Effect.gen(function* () {
        const followed = yield* acme;
        const before = yield* cursorOf(followed);
        overrides.set(nameOf(followed), {
          changes: () => Effect.succeed({ hints: [], cursor: { all: "x".repeat(1_100_000) }, more: false }),
        });
        yield* following(
          followed,
          until(stateOf(followed), ({ followFailures }) => followFailures > 0),
        );
        expect(yield* cursorOf(followed)).toEqual(before);
        expect((yield* stateOf(followed)).followReason).toBe("malformed");
        expect(yield* sync(followed)).toMatchObject({ state: "done" });
        expect(yield* cursorOf(followed)).toEqual(before);
      }));

    test("never ends to tell: whole runs are done all the same", () =>
      Effect.gen(function* () {
        const followed = yield* acme;
        let at = 0;
        overrides.set(nameOf(followed), {
          changes: () =>
            Effect.sync(() => {
              at += 1;
              const hints: ReadonlyArray<Hint> = [userHint(`u${at % size}`), userHint(`no-${at}`)];
              return { hints, cursor: { at }, more: true };
            }),
        });
        const whole = Effect.gen(function* () {
          yield* until(looks(followed), (all) => all.length > 2);
          return yield* sync(followed);
        });
        const run = yield* following(followed, whole);
        if (run.state === "waiting") {
          yield* syncConnection(followed.organization, followed.connection);
        }
        const [last] = (yield* inTenant(followed, (tx) => listRuns(tx, { limit: 100 }))).filter(
          ({ follows }) => !follows,
        );
        expect(last).toMatchObject({ state: "done" });
        overrides.delete(nameOf(followed));
      }));
  });
});
