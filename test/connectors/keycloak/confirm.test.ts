import { assert, describe, it } from "@effect/vitest";
import { Effect } from "effect";
import type { Connection, GroupFact, Source, Suspect } from "../../../connectors/connector.ts";
import { read } from "../../contracts/connector.ts";
import { missing, onRealm } from "./support.ts";

const { ready, open } = onRealm(60);
const unknown = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

const withSource = <A, E>(
  clientId: string,
  use: (source: Source) => Effect.Effect<A, E>,
  more: Record<string, unknown> = {},
) =>
  Effect.scoped(
    Effect.flatMap(open(undefined, clientId, more), ({ source }: Connection) =>
      source === undefined ? Effect.die("a source") : use(source),
    ),
  );

const admin = <A>(change: (of: ReturnType<typeof ready>["realm"]["admin"]) => Promise<A>) =>
  Effect.promise(() => change(ready().realm.admin));
const person = (name: string) =>
  Effect.map(
    admin((client) => client.users.find({ username: name, exact: true })),
    ([found]) => found?.id ?? "",
  );
const asked = () => ready().proxy.asked.filter((path) => !path.endsWith("/token"));
const called = (groups: ReadonlyArray<GroupFact>, ...names: ReadonlyArray<string>) =>
  groups.filter(({ name }) => names.includes(name));
const inAll = (user: string, groups: ReadonlyArray<GroupFact>): Suspect => ({
  _tag: "Memberships",
  user,
  groups,
});

describe.skipIf(missing)("what is confirmed on a real Keycloak", () => {
  it.live("is what an administrator took away, a group with its children too", () =>
    Effect.gen(function* () {
      // In team0, core and inner; auditor; shop:editor. The other stays as it is.
      const [left, deleted] = [yield* person("person00000"), yield* person("person00050")];
      const { groups } = yield* read(open());
      const held = called(groups, "team0", "core", "inner", "auditor", "shop:editor");
      const idOf = (name: string) => called(groups, name)[0]?.id ?? "";
      assert.lengthOf(held, 5);
      yield* admin(async (client) => {
        await client.users.delFromGroup({ id: left, groupId: idOf("core") });
        await client.users.delRealmRoleMappings({
          id: left,
          roles: [{ id: idOf("auditor"), name: "auditor" }],
        });
        await client.users.del({ id: deleted });
      });
      const taken = held.filter(({ name }) => name === "core" || name === "auditor").map(({ id }) => id);
      yield* withSource("reader", ({ confirm }) =>
        Effect.gen(function* () {
          assert.sameMembers([...(yield* confirm(inAll(left, held))).gone], taken);
          assert.deepStrictEqual((yield* confirm({ _tag: "User", id: left })).gone, []);
          assert.deepStrictEqual((yield* confirm({ _tag: "User", id: deleted })).gone, [deleted]);
          yield* admin((client) => client.groups.del({ id: idOf("team0") }));
          for (const { id, name, kind } of called(groups, "team0", "core", "inner", "team1")) {
            const { gone } = yield* confirm({ _tag: "Group", id, kind });
            assert.deepStrictEqual(gone, name === "team1" ? [] : [id]);
          }
        }),
      );
    }),
  );

  it.live("of somebody who is in no group and holds no role is everything", () =>
    Effect.gen(function* () {
      const { id } = yield* admin((client) => client.users.create({ username: "nowhere", enabled: true }));
      const roles = yield* admin((client) => client.users.listRealmRoleMappings({ id }));
      yield* admin((client) =>
        client.users.delRealmRoleMappings({
          id,
          roles: roles.map((role) => ({ id: role.id ?? "", name: role.name ?? "" })),
        }),
      );
      const { groups } = yield* read(open());
      yield* withSource("reader", ({ confirm }) =>
        Effect.map(confirm(inAll(id, groups)), ({ gone }) => assert.lengthOf(gone, groups.length)),
      );
    }),
  );

  it.live("takes one request for each suspect, one more for roles, and one canary for all of them", () =>
    Effect.gen(function* () {
      const { groups } = yield* read(open());
      const id = yield* person("person00021");
      const count = (...suspects: ReadonlyArray<Suspect>) =>
        withSource("reader", ({ confirm }) =>
          Effect.as(Effect.forEach(suspects, confirm, { concurrency: 4 }), undefined),
        ).pipe(Effect.map(() => asked().length));
      const plain = groups.filter(({ kind }) => kind === "group");
      assert.strictEqual(yield* count({ _tag: "User", id }), 1);
      assert.strictEqual(yield* count({ _tag: "Group", id: plain[0]?.id ?? "", kind: "group" }), 1);
      assert.strictEqual(yield* count(inAll(id, plain)), 1);
      assert.strictEqual(yield* count(inAll(id, groups)), 2);
      const nobody = Array.from({ length: 20 }, (_, n): Suspect => ({ _tag: "User", id: unknown(n) }));
      assert.strictEqual(yield* count(...nobody), 20 + 2);
      const nothing = nobody.map((_, n): Suspect => ({ _tag: "Group", id: unknown(n), kind: "group" }));
      assert.strictEqual(yield* count(...nothing), 20 + 2);
      const noRole = nobody.map((_, n): Suspect => ({ _tag: "Group", id: unknown(n), kind: "client-role" }));
      assert.strictEqual(yield* count(...noRole), 20 + 2);
    }),
  );

  it.live("a role that the credential may not see is no absence: the failure names what is lacking", () =>
    Effect.gen(function* () {
      const { groups } = yield* read(open());
      for (const [kind, role] of [
        ["realm-role", "view-realm"],
        ["client-role", "view-clients"],
      ] as const) {
        const known = groups.find((group) => group.kind === kind)?.id ?? "";
        for (const id of [known, unknown(1)]) {
          const failure = yield* withSource("roleless", ({ confirm }) =>
            Effect.flip(confirm({ _tag: "Group", id, kind })),
          );
          assert.strictEqual(failure.reason, "forbidden");
          assert.match(failure.detail, id === known ? new RegExp(role) : /view-realm/);
        }
      }
    }),
  );

  it.live("client roles are gone once the settings leave them out", () =>
    Effect.gen(function* () {
      const { groups } = yield* read(open());
      const [editor] = called(groups, "shop:editor");
      const id = editor?.id ?? "";
      const { gone } = yield* withSource(
        "reader",
        ({ confirm }) => confirm({ _tag: "Group", id, kind: "client-role" }),
        { clientRoles: false },
      );
      assert.deepStrictEqual(gone, [id]);
    }),
  );
});
