import { assert, describe, it } from "@effect/vitest";
import { Effect } from "effect";
import { one, read } from "../../contracts/connector.ts";
import { readBare } from "./realm.ts";
import { missing, onRealm } from "./support.ts";

const { ready, open } = onRealm(260);

const snapshot = Effect.map(read(open()), ({ users, groups, memberships, proofs, failure }) => {
  assert.isUndefined(failure);
  assert.lengthOf(proofs, 1);
  return { users, groups, memberships };
});

const admin = <A>(change: (of: ReturnType<typeof ready>["realm"]["admin"]) => Promise<A>) =>
  Effect.promise(() => change(ready().realm.admin));

const person = (name: string) =>
  Effect.map(
    admin((client) => client.users.find({ username: name, exact: true })),
    ([found]) => found?.id ?? "",
  );

/** How many requests to this server were under way at the same time, until their answers began. */
const watchFetch = (url: string) => {
  const fetch = globalThis.fetch;
  let [now, most] = [0, 0];
  globalThis.fetch = async (...request) => {
    if (!String(request[0]).startsWith(url)) return fetch(...request);
    now += 1;
    most = Math.max(most, now);
    return fetch(...request).finally(() => {
      now -= 1;
    });
  };
  return {
    most: () => most,
    end: () => {
      globalThis.fetch = fetch;
    },
  };
};

const groupIds = (facts: Effect.Success<typeof snapshot>, user: string) =>
  facts.memberships.filter((each) => each.user === user).map(({ group }) => group);

describe.skipIf(missing)("a snapshot of a real realm", () => {
  it.live("equals what a bare client reads person by person", () =>
    Effect.gen(function* () {
      const facts = yield* snapshot;
      const bare = yield* Effect.promise(() => readBare(ready().realm.admin));
      const users = facts.users.map(({ id, resource }) => {
        const emails = resource["emails"];
        const email = Array.isArray(emails) ? emails[0].value : "-";
        return `${id} ${resource["userName"]} ${email} ${resource["active"]}`;
      });
      assert.deepStrictEqual(users.sort(), bare.users);
      assert.deepStrictEqual(
        facts.memberships.map(({ group, user }) => `${group} ${user}`).sort(),
        bare.memberships,
      );
      const listed = new Set(facts.groups.map(({ id }) => id));
      for (const group of bare.groups) assert.isTrue(listed.has(group));
    }),
  );

  it.live("asks no more than it must", () =>
    Effect.gen(function* () {
      const { users, groups } = yield* snapshot;
      const asked = ready().proxy.asked.length;
      const plain = groups.filter(({ kind }) => kind === "group").length;
      const roles = groups.length - plain;
      // One page of holders for each role; every group has one page of members here.
      const most = Math.ceil(users.length / 100) + 3 * plain + roles + (plain + roles);
      assert.isAtMost(asked, most, `${asked} requests`);
    }),
  );

  it.live("asks for members while people are still listed, and never for more at a time than it may", () =>
    Effect.gen(function* () {
      const { most, end } = watchFetch(ready().proxy.url);
      const facts = yield* read(open(undefined, "reader", { pageSize: 10, concurrency: 3 }));
      end();
      assert.lengthOf(facts.proofs, 1);
      const { asked } = ready().proxy;
      const [members, people] = [/\/members$/, /realms\/[^/]+\/users\/?$/];
      assert.isBelow(
        asked.findIndex((path) => members.test(path)),
        asked.findLastIndex((path) => people.test(path)),
      );
      assert.strictEqual(most(), 3);
    }),
  );

  it.live("keeps nesting by id, and names with slashes as they are", () =>
    Effect.gen(function* () {
      const { groups } = yield* snapshot;
      const called = (name: string) => groups.find((group) => group.name === name);
      assert.strictEqual(called("team0")?.parent, null);
      assert.strictEqual(called("core")?.parent, called("team0")?.id);
      assert.strictEqual(called("inner")?.parent, called("core")?.id);
      assert.strictEqual(called("x/y")?.parent, called("team0")?.id);
      assert.strictEqual(called("a/b c")?.kind, "realm-role");
      assert.strictEqual(called("shop:view/all")?.kind, "client-role");
    }),
  );

  it.live("shows people as SCIM does", () =>
    Effect.gen(function* () {
      const { users } = yield* snapshot;
      const id = yield* person("person00001");
      assert.deepStrictEqual(users.find((user) => user.id === id)?.resource, {
        userName: "person00001",
        displayName: "First1 Last1",
        name: { givenName: "First1", familyName: "Last1" },
        emails: [{ value: "person1@acme.test", primary: true }],
        active: true,
      });
    }),
  );

  it.live("leaves a member who was not listed as a person for the next run", () =>
    Effect.gen(function* () {
      const joined = (body: string) =>
        JSON.stringify([...JSON.parse(body), { id: "joined-just-now", username: "joined-just-now" }]);
      const { memberships, proofs } = yield* read(
        open(({ path }) => (path.endsWith("/members") ? { rewrite: joined } : undefined)),
      );
      assert.lengthOf(proofs, 1);
      assert.isUndefined(memberships.find(({ user }) => user === "joined-just-now"));
    }),
  );

  it.live("sees a person disabled, taken out of a group, and deleted", () =>
    Effect.gen(function* () {
      const [disabled, left, deleted] = yield* Effect.all([
        person("person00010"),
        person("person00020"),
        person("person00030"),
      ]);
      const before = yield* snapshot;
      const core = before.groups.find(({ name }) => name === "core")?.id ?? "";
      assert.include(groupIds(before, left), core);
      yield* admin(async (client) => {
        await client.users.update({ id: disabled }, { enabled: false });
        await client.users.delFromGroup({ id: left, groupId: core });
        await client.users.del({ id: deleted });
      });
      const after = yield* snapshot;
      assert.strictEqual(after.users.find(({ id }) => id === disabled)?.resource["active"], false);
      assert.notInclude(groupIds(after, left), core);
      assert.isUndefined(after.users.find(({ id }) => id === deleted));
      assert.strictEqual(after.users.length, before.users.length - 1);
      assert.strictEqual((yield* one(open(), deleted))._tag, "Gone");
    }),
  );

  it.live("sees a group renamed, moved and deleted with its children", () =>
    Effect.gen(function* () {
      const { groups } = yield* snapshot;
      const id = (name: string) => groups.find((group) => group.name === name)?.id ?? "";
      yield* admin(async (client) => {
        await client.groups.update({ id: id("team1") }, { name: "renamed" });
        await client.groups.updateChildGroup({ id: id("team3") }, { id: id("team2"), name: "team2" });
        await client.groups.del({ id: id("team0") });
      });
      const after = yield* snapshot;
      const named = new Map(after.groups.map((group) => [group.id, group]));
      assert.strictEqual(named.get(id("team1"))?.name, "renamed");
      assert.strictEqual(named.get(id("team2"))?.parent, id("team3"));
      for (const lost of ["team0", "core", "inner", "x/y"]) assert.isFalse(named.has(id(lost)));
    }),
  );
});
