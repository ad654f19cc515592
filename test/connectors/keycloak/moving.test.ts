/** A realm that does not hold still while it is read, and roles whose names mean something else in an address. */
import { assert, describe, it } from "@effect/vitest";
import { Effect } from "effect";
import { confirmed, one, read } from "../../contracts/connector.ts";
import type { Rule } from "../../support/fault-proxy.ts";
import { missing, onRealm } from "./support.ts";

const { ready, open } = onRealm(260);

const admin = <A>(change: (of: ReturnType<typeof ready>["realm"]["admin"]) => Promise<A>) =>
  Effect.promise(() => change(ready().realm.admin));

/** Somebody signs up before everybody else, and the one before them leaves, again and again. */
const coming = (prefix: string, leaves: boolean) =>
  Effect.gen(function* () {
    const user = (n: number) => ({ username: `${prefix}${String(90_000 - n)}`, enabled: true });
    for (let n = 0; n < 500; n++) {
      const { id } = yield* admin((client) => client.users.create(user(n)));
      if (leaves && n % 2 === 1) yield* admin((client) => client.users.del({ id }));
    }
  });

const whileMoving = (prefix: string, leaves: boolean) =>
  Effect.gen(function* () {
    const before = yield* read(open());
    // Small pages, so that dozens of people come while they are read.
    const moving = open(undefined, "reader", { pageSize: 10 });
    const during = yield* Effect.raceFirst(
      read(moving),
      Effect.andThen(coming(prefix, leaves), Effect.die("the realm was read too slowly")),
    );
    const after = yield* read(open());
    assert.isUndefined(during.failure);
    assert.lengthOf(during.proofs, 1);
    const ids = during.users.map(({ id }) => id);
    assert.strictEqual(new Set(ids).size, ids.length);
    assert.includeMembers(
      ids,
      before.users.map(({ id }) => id),
    );
    assert.isAbove(after.users.length, before.users.length + 5, "people came meanwhile");
  });

const notFound = (path: RegExp): Rule => {
  return (asked) =>
    path.test(asked.path) ? { status: 404, body: '{"error":"Could not find group by id"}' } : undefined;
};

describe.skipIf(missing)("a realm that changes while it is read", () => {
  it.live("is read although people sign up all the time", () => whileMoving("aa", false), 120_000);
  it.live("is read although people sign up and leave all the time", () => whileMoving("bb", true), 120_000);

  it.live("is read although a group, a role and a client's role were deleted meanwhile", () =>
    Effect.gen(function* () {
      const before = yield* read(open());
      const idOf = (name: string) => before.groups.find((group) => group.name === name)?.id ?? "";
      for (const [path, name] of [
        [new RegExp(`/groups/${idOf("core")}/members$`), "core"],
        [/\/roles\/auditor\/users$/, "auditor"],
        [/\/clients\/[^/]+\/roles\/editor\/users$/, "shop:editor"],
      ] as const) {
        const { memberships, proofs, failure } = yield* read(open(notFound(path)));
        assert.isUndefined(failure);
        assert.lengthOf(proofs, 1);
        assert.deepStrictEqual(
          memberships,
          before.memberships.filter(({ group }) => group !== idOf(name)),
        );
      }
    }),
  );

  it.live("is answered 404 by Keycloak itself for the members of a group that is gone", () =>
    Effect.gen(function* () {
      const { id = "" } = yield* admin((client) => client.groups.create({ name: "short-lived" }));
      const body = (of: string) => JSON.stringify([{ id: of, name: "gone", subGroupCount: 0 }]);
      yield* admin((client) => client.groups.del({ id }));
      const gone: Rule = ({ path }) =>
        /groups\/?$/.test(path)
          ? { status: 200, body: body(id) }
          : /groups\/count$/.test(path)
            ? { status: 200, body: '{"count":1}' }
            : undefined;
      const { groups, memberships, failure } = yield* read(open(gone));
      assert.isUndefined(failure);
      assert.isTrue(groups.some((group) => group.id === id));
      assert.isFalse(memberships.some(({ group }) => group === id));
    }),
  );
});

const outOfPlace = [".", ".."];
const unusual = ["%2e%2e", "a;b", "a%b", "a\\b", "a?b#c", "ü x", "...", "a%2Fb"];

describe.skipIf(missing)("roles whose names mean something in an address", () => {
  it.live("are told of who holds them, or of nobody where Keycloak cannot be asked", () =>
    Effect.gen(function* () {
      const { id } = yield* admin((client) => client.users.create({ username: "odd", enabled: true }));
      const [shop] = yield* admin((client) => client.clients.find({ clientId: "shop" }));
      const clientUniqueId = shop?.id ?? "";
      yield* admin(async (client) => {
        for (const name of [...outOfPlace, ...unusual]) {
          await client.roles.create({ name });
          await client.clients.createRole({ id: clientUniqueId, name });
        }
        const named = (roles: ReadonlyArray<{ id?: string; name?: string }>) =>
          roles
            .filter(({ name = "" }) => [...outOfPlace, ...unusual].includes(name))
            .map((role) => ({ id: role.id ?? "", name: role.name ?? "" }));
        const ofRealm = named(await client.roles.find());
        const ofShop = named(await client.clients.listRoles({ id: clientUniqueId }));
        await client.users.addRealmRoleMappings({ id, roles: ofRealm });
        await client.users.addClientRoleMappings({ id, clientUniqueId, roles: ofShop });
      });
      const expected = [...unusual, ...unusual.map((name) => `shop:${name}`)].sort();
      for (const effectiveRoles of [false, true]) {
        const opened = open(undefined, "reader", { effectiveRoles });
        const { groups, memberships, failure } = yield* read(opened);
        assert.isUndefined(failure);
        const name = new Map(groups.map((group) => [group.id, group.name]));
        const held = memberships.filter(({ user }) => user === id).map(({ group }) => name.get(group) ?? "");
        const told = held.filter((each) => expected.includes(each) || /^(shop:)?\.+$/.test(each));
        assert.deepStrictEqual(told.sort(), expected);
        for (const each of outOfPlace) assert.notIncludeMembers([...name.values()], [each, `shop:${each}`]);
        const answer = yield* one(opened, id);
        const ofOne = answer._tag === "Found" ? answer.groups.map((group) => group.name) : [];
        assert.sameMembers(ofOne, held);
      }
    }),
  );

  it.live("are gone where an earlier run has kept them", () =>
    Effect.gen(function* () {
      const dots = yield* admin((client) => client.roles.find({ search: ".." }));
      const id = dots.find(({ name }) => name === "..")?.id ?? "";
      const [odd] = yield* admin((client) => client.users.find({ username: "odd", exact: true }));
      const group = { id, kind: "realm-role" } as const;
      for (const effectiveRoles of [false, true]) {
        const answers = yield* confirmed(open(undefined, "reader", { effectiveRoles }), [
          { _tag: "Group", ...group },
          { _tag: "Memberships", user: odd?.id ?? "", groups: [group] },
        ]);
        for (const answer of answers)
          assert.deepStrictEqual(answer._tag === "Success" ? answer.success.gone : [], [id]);
      }
    }),
  );
});
