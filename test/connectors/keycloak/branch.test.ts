/** What a branch tells on a real server where `everyone` is not enough to compare it with. */
import { assert, describe, it } from "@effect/vitest";
import { Effect } from "effect";
import type { Branch, Gone, GroupFact } from "../../../connectors/connector.ts";
import { confirmed, one, read } from "../../contracts/connector.ts";
import type { Rule } from "../../support/fault-proxy.ts";
import { missing, onRealm } from "./support.ts";

const { ready, open } = onRealm(60);

const admin = <A>(change: (of: ReturnType<typeof ready>["realm"]["admin"]) => Promise<A>) =>
  Effect.promise(() => change(ready().realm.admin));
const named = Effect.fnUntraced(function* (name: string) {
  const { groups } = yield* read(open());
  const found = groups.find((group) => group.name === name);
  return found ?? (yield* Effect.die(name));
});
const branch = ({ id, kind }: Pick<GroupFact, "id" | "kind">, rule?: Rule, clientId = "reader") =>
  Effect.scoped(
    Effect.flatMap(
      open(rule, clientId),
      ({ source }) => source?.branch?.(id, kind) ?? Effect.die("a branch"),
    ),
  );
const membersOf = (answer: Branch | Gone, { id }: GroupFact) =>
  answer._tag === "Branch" ? (answer.members.get(id) ?? []) : [];

const notFound = (path: RegExp): Rule => {
  return (asked) =>
    path.test(asked.path) ? { status: 404, body: '{"error":"Could not find group by id"}' } : undefined;
};

describe.skipIf(missing)("a branch of a real Keycloak", () => {
  it.live("leaves service accounts out, as all reading does", () =>
    Effect.gen(function* () {
      const team = yield* named("team2");
      const auditor = yield* named("auditor");
      const id = yield* admin(async (client) => {
        const [reader] = await client.clients.find({ clientId: "reader" });
        const account = await client.clients.getServiceAccountUser({ id: reader?.id ?? "" });
        await client.users.addToGroup({ id: account.id ?? "", groupId: team.id });
        await client.users.addRealmRoleMappings({
          id: account.id ?? "",
          roles: [{ id: auditor.id, name: "auditor" }],
        });
        return account.id ?? "";
      });
      // Called like one and none.
      const person = yield* admin((client) =>
        client.users.create({ username: "service-account-of-mine", enabled: true, groups: ["/team2"] }),
      );
      const members = membersOf(yield* branch(team), team);
      assert.include(members, person.id);
      assert.notInclude(members, id);
      assert.notInclude(membersOf(yield* branch(auditor), auditor), id);
      assert.strictEqual((yield* one(open(), id))._tag, "Gone");
      assert.strictEqual((yield* one(open(), person.id))._tag, "Found");
      const [answer] = yield* confirmed(open(), [{ _tag: "User", id }]);
      assert.deepStrictEqual(answer?._tag === "Success" ? answer.success.gone : [], [id]);
    }),
  );

  it.live("is no branch where a part of it is denied that is there", () =>
    Effect.gen(function* () {
      const root = yield* named("team0");
      const inner = yield* named("inner");
      const auditor = yield* named("auditor");
      for (const [group, rule, reason] of [
        [root, notFound(new RegExp(`${root.id}/members$`)), "conflict"],
        [root, notFound(new RegExp(`${inner.id}/members$`)), "conflict"],
        [root, notFound(/children$/), "conflict"],
        [auditor, notFound(/roles\/auditor\/users$/), "conflict"],
        [
          root,
          (({ path }) => (path.endsWith("/children") ? { status: 200, body: "[]" } : undefined)) as Rule,
          "conflict",
        ],
        [
          root,
          (({ path }) => (path.endsWith("/members") ? { status: 403 } : undefined)) as Rule,
          "forbidden",
        ],
      ] as const) {
        const failure = yield* Effect.flip(branch(group, rule));
        assert.strictEqual(failure.reason, reason);
      }
      const failure = yield* Effect.flip(branch(auditor, undefined, "roleless"));
      assert.match(failure.detail, /view-realm/);
    }),
  );

  it.live("is gone with the group above it, and once the role or client is deleted", () =>
    Effect.gen(function* () {
      const [root, core, auditor, editor] = [
        yield* named("team0"),
        yield* named("core"),
        yield* named("auditor"),
        yield* named("shop:editor"),
      ];
      for (const each of [root, core, auditor, editor])
        assert.strictEqual((yield* branch(each))._tag, "Branch");
      yield* admin(async (client) => {
        await client.groups.del({ id: root.id });
        await client.roles.delByName({ name: "auditor" });
        const [shop] = await client.clients.find({ clientId: "shop" });
        await client.clients.del({ id: shop?.id ?? "" });
      });
      for (const each of [root, core, auditor, editor])
        assert.strictEqual((yield* branch(each))._tag, "Gone");
    }),
  );
});
