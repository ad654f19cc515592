/** Where events went missing without a word, everyone is to be read. And what is recorded, on a real server. */
import { assert, describe, it } from "@effect/vitest";
import { Effect } from "effect";
import { beforeAll } from "vitest";
import type { JsonObject } from "../../../../src/domain/index.ts";
import type { Rule } from "../../../support/fault-proxy.ts";
import { missing, onRealm } from "../support.ts";
import { brief, changesOf, drained, type Follow, record } from "./support.ts";

const { ready, open } = onRealm(6);

const admin = <A>(change: (of: ReturnType<typeof ready>["realm"]["admin"], realm: string) => Promise<A>) =>
  Effect.promise(() => change(ready().realm.admin, ready().realm.name));
const follow = (rule?: Rule, clientId = "reader") => Effect.map(open(rule, clientId), changesOf);

const started = (changes: Follow) => Effect.map(changes(null), ({ cursor }) => cursor);
const touch = (name: string) =>
  admin(async (client) => {
    const [found] = await client.users.find({ username: name, exact: true });
    await client.users.update({ id: found?.id ?? "" }, { enabled: true });
    return `user ${found?.id}`;
  });
const hinted = (changes: Follow, cursor: JsonObject) =>
  Effect.map(drained(changes, cursor), ({ hints, cursor: next }) => ({ all: hints.map(brief), hints, next }));

/** As if the last look had been so long ago. */
const aged = (cursor: JsonObject, millis: number): JsonObject => {
  const back = (place: unknown) => {
    const { looked, ...rest } = place as { looked: number };
    return { ...rest, looked: looked - millis } as JsonObject;
  };
  return { ...cursor, admin: back(cursor["admin"]), users: back(cursor["users"]) };
};

describe.skipIf(missing)("a log of events with a gap", () => {
  beforeAll(() => record(ready().realm.admin, ready().realm.name));

  it.live("is found when the events were cleared, once, whatever came after it", () =>
    Effect.gen(function* () {
      const changes = yield* follow();
      yield* touch("person00000");
      const cursor = yield* started(changes);
      yield* admin((client, realm) => client.realms.clearAdminEvents({ realm }));
      const empty = yield* hinted(changes, cursor);
      assert.deepStrictEqual(empty.all, ["everyone"]);
      assert.match(empty.hints[0]?._tag === "Everyone" ? empty.hints[0].why : "", /cleared/);
      const user = yield* touch("person00001");
      const after = yield* hinted(changes, cursor);
      assert.deepStrictEqual(after.all, ["everyone", user]);
      assert.deepStrictEqual((yield* hinted(changes, after.next)).all, []);
      assert.deepStrictEqual((yield* hinted(changes, empty.next)).all, [user]);
    }).pipe(Effect.scoped),
  );

  it.live(
    "is found when admin events were switched off and on, by the settings of events or of the realm",
    () =>
      Effect.gen(function* () {
        const changes = yield* follow();
        for (const quietly of [false, true]) {
          const cursor = yield* started(changes);
          const set = (adminEventsEnabled: boolean) =>
            admin((client, realm) =>
              quietly
                ? client.realms.update({ realm }, { adminEventsEnabled })
                : client.realms.updateConfigEvents({ realm }, { adminEventsEnabled, eventsEnabled: true }),
            );
          yield* set(false);
          const off = yield* hinted(changes, cursor);
          assert.deepStrictEqual(off.all, ["everyone"]);
          yield* touch("person00002");
          assert.deepStrictEqual((yield* hinted(changes, off.next)).all, []);
          yield* set(true);
          // Both seen at once, and one after the other.
          assert.deepStrictEqual((yield* hinted(changes, cursor)).all, ["everyone"]);
          const on = yield* hinted(changes, off.next);
          assert.deepStrictEqual(on.all, ["everyone"]);
          assert.deepStrictEqual((yield* hinted(changes, on.next)).all, []);
        }
      }).pipe(Effect.scoped),
  );

  it.live("is found when user events were switched off and on, or fewer were recorded", () =>
    Effect.gen(function* () {
      const changes = yield* follow();
      const set = (eventsEnabled: boolean, types?: Array<string>) =>
        admin((client, realm) =>
          client.realms.updateConfigEvents(
            { realm },
            { adminEventsEnabled: true, eventsEnabled, enabledEventTypes: types ?? [] },
          ),
        );
      for (const less of [() => set(false), () => set(true, ["LOGIN"])]) {
        const cursor = yield* started(changes);
        yield* less();
        // Without the admin event that tells of it, as if that had been cleared.
        const off = yield* hinted(changes, cursor);
        assert.deepStrictEqual(off.all, ["everyone"]);
        yield* set(true);
        assert.deepStrictEqual((yield* hinted(changes, off.next)).all, ["everyone"]);
      }
    }).pipe(Effect.scoped),
  );

  it.live("is found when events expire faster than they are looked at, and only then", () =>
    Effect.gen(function* () {
      const expiring = (seconds: number) =>
        admin((client, realm) =>
          client.realms.update({ realm }, { attributes: { adminEventsExpiration: `${seconds}` } }),
        );
      yield* expiring(3600);
      const changes = yield* follow();
      const cursor = yield* started(changes);
      assert.deepStrictEqual(
        (yield* hinted(changes, aged(cursor, 7_200_000))).all,
        [],
        "the newest is still there",
      );
      yield* admin((client, realm) => client.realms.clearAdminEvents({ realm }));
      const late = yield* hinted(changes, aged(cursor, 7_200_000));
      assert.match(late.hints[0]?._tag === "Everyone" ? late.hints[0].why : "", /after their time/);
      const empty = yield* started(changes);
      assert.deepStrictEqual((yield* hinted(changes, empty)).all, []);
      assert.deepStrictEqual((yield* hinted(changes, aged(empty, 7_200_000))).all, ["everyone"]);
      yield* expiring(0);
    }).pipe(Effect.scoped),
  );

  it.live("is told where a cursor is none", () =>
    Effect.gen(function* () {
      const changes = yield* follow();
      for (const cursor of [{}, { version: 2 }, { ...(yield* started(changes)), admin: null }])
        assert.deepStrictEqual((yield* hinted(changes, cursor)).all, ["everyone"]);
    }).pipe(Effect.scoped),
  );

  it.live("is none without view-events, but a failure that names the role", () =>
    Effect.gen(function* () {
      const changes = yield* follow(undefined, "deaf");
      const failure = yield* Effect.flip(changes(null));
      assert.strictEqual(failure.reason, "forbidden");
      assert.match(failure.detail, /realm-management view-events/);
    }).pipe(Effect.scoped),
  );

  it.live("of user events that may not be read does not keep admin events from being followed", () =>
    Effect.gen(function* () {
      const noUsers: Rule = ({ path }) => (/\/events$/.test(path) ? { status: 403 } : undefined);
      const changes = yield* follow(noUsers);
      const cursor = yield* started(changes);
      const user = yield* touch("person00003");
      assert.deepStrictEqual((yield* hinted(changes, cursor)).all, [user]);
      ready().proxy.set();
      assert.deepStrictEqual((yield* hinted(changes, cursor)).all, ["everyone", user]);
    }).pipe(Effect.scoped),
  );

  it.live(
    "is no reason to believe a server that lists events newest first, or more than it was asked for",
    () =>
      Effect.gen(function* () {
        const rewritten = (change: (all: Array<unknown>) => Array<unknown>): Rule => {
          return ({ path }) =>
            path.endsWith("/admin-events")
              ? { rewrite: (body) => JSON.stringify(change(JSON.parse(body))) }
              : undefined;
        };
        yield* touch("person00004");
        yield* touch("person00005");
        const cursor = yield* started(yield* follow());
        for (const [rule, reason] of [
          [rewritten((all) => all.toReversed()), "refused"],
          [rewritten((all) => Array.from({ length: 300 }, () => all[0])), "malformed"],
        ] as const) {
          const failure = yield* Effect.flip((yield* follow(rule))(cursor));
          assert.strictEqual(failure.reason, reason);
        }
      }).pipe(Effect.scoped),
  );
});
