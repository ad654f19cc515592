/** Each kind of change that an administrator can make, on a real server: whom it says to read afresh. */
import { assert, describe, it } from "@effect/vitest";
import type KeycloakAdminClient from "@keycloak/keycloak-admin-client";
import { Effect } from "effect";
import { beforeAll } from "vitest";
import type { JsonObject } from "../../../../src/domain/index.ts";
import { missing, onRealm } from "../support.ts";
import { brief, changesOf, drained, type Follow, record } from "./support.ts";

const { ready, open } = onRealm(12);

interface Ids {
  readonly user: string;
  readonly top: string;
  readonly other: string;
  readonly child: string;
  readonly role: string;
  readonly part: string;
  readonly shop: string;
  readonly editor: string;
}

const made = async (admin: KeycloakAdminClient): Promise<Ids> => {
  const [person] = await admin.users.find({ username: "person00001", exact: true });
  const { id: top } = await admin.groups.create({ name: "top" });
  const { id: other } = await admin.groups.create({ name: "other" });
  const { id: child } = await admin.groups.createChildGroup({ id: top }, { name: "child" });
  const role = await admin.roles.findOneByName({ name: "auditor" });
  const part = await admin.roles.findOneByName({ name: "a/b c" });
  const [shop] = await admin.clients.find({ clientId: "shop" });
  const editor = await admin.clients.findRole({ id: shop?.id ?? "", roleName: "editor" });
  return {
    user: person?.id ?? "",
    top,
    other,
    child,
    role: role?.id ?? "",
    part: part?.id ?? "",
    shop: shop?.id ?? "",
    editor: editor?.id ?? "",
  };
};

interface Row {
  readonly name: string;
  readonly act: (admin: KeycloakAdminClient, ids: Ids) => Promise<unknown>;
  readonly hints: (ids: Ids) => ReadonlyArray<string>;
  /** With effective roles, where that differs. */
  readonly effective?: (ids: Ids) => ReadonlyArray<string>;
}

const user = ({ user: id }: Ids) => [`user ${id}`];
const everyone = () => ["everyone"];
const nobody = () => [];
const role = ({ role: id }: Ids) => ({ id, name: "auditor" });
const realm = () => ready().realm.name;

/** In this order on one realm: what a row makes, a later one takes away. */
const rows: ReadonlyArray<Row> = [
  {
    name: "join",
    act: (admin, { user: id, top }) => admin.users.addToGroup({ id, groupId: top }),
    hints: user,
  },
  {
    name: "a second join",
    act: (admin, { user: id, top }) => admin.users.addToGroup({ id, groupId: top }),
    hints: nobody,
  },
  {
    name: "leave",
    act: (admin, { user: id, top }) => admin.users.delFromGroup({ id, groupId: top }),
    hints: user,
  },
  {
    name: "a role given",
    act: (admin, ids) => admin.users.addRealmRoleMappings({ id: ids.user, roles: [role(ids)] }),
    hints: user,
  },
  {
    name: "a role taken",
    act: (admin, ids) => admin.users.delRealmRoleMappings({ id: ids.user, roles: [role(ids)] }),
    hints: user,
  },
  {
    name: "a client role given",
    act: (admin, ids) =>
      admin.users.addClientRoleMappings({
        id: ids.user,
        clientUniqueId: ids.shop,
        roles: [{ id: ids.editor, name: "editor" }],
      }),
    hints: user,
  },
  {
    name: "disabled",
    act: (admin, { user: id }) => admin.users.update({ id }, { enabled: false }),
    hints: user,
  },
  {
    name: "a role given to a group",
    act: (admin, ids) => admin.groups.addRealmRoleMappings({ id: ids.top, roles: [role(ids)] }),
    hints: nobody,
    effective: everyone,
  },
  {
    name: "a group renamed",
    act: (admin, { child }) => admin.groups.update({ id: child }, { name: "kid" }),
    hints: ({ child }) => [`group ${child}`],
  },
  {
    name: "a group moved below another one",
    act: (admin, { other, child }) =>
      admin.groups.updateChildGroup({ id: other }, { id: child, name: "kid" }),
    hints: ({ other }) => [`group ${other}`],
    effective: everyone,
  },
  {
    name: "a group moved to the top",
    act: (admin, { child: id }) => admin.groups.updateRoot({ id, name: "kid" }),
    hints: everyone,
  },
  {
    name: "a default group",
    act: (admin, { other: id }) => admin.realms.addDefaultGroup({ realm: realm(), id }),
    hints: nobody,
  },
  {
    name: "a role changed by its id",
    act: (admin, { role: id }) => admin.roles.updateById({ id }, { name: "auditor", description: "x" }),
    hints: ({ role: id }) => [`realm-role ${id}`],
  },
  {
    name: "a role renamed by its name",
    act: (admin) => admin.roles.updateByName({ name: "auditor" }, { name: "auditor2" }),
    hints: everyone,
  },
  {
    name: "a client role changed by its id",
    act: (admin, { editor: id }) => admin.roles.updateById({ id }, { name: "editor", description: "x" }),
    hints: ({ editor }) => [`client-role ${editor}`],
  },
  {
    name: "a composite",
    act: (admin, ids) => admin.roles.createComposite({ roleId: ids.role }, [{ id: ids.part, name: "a/b c" }]),
    hints: nobody,
    effective: everyone,
  },
  {
    name: "a client renamed",
    act: (admin, { shop: id }) => admin.clients.update({ id }, { clientId: "shop2" }),
    hints: everyone,
  },
  {
    name: "something that has nothing to do with people",
    act: (admin) => admin.clientScopes.create({ name: "s", protocol: "openid-connect" }),
    hints: nobody,
  },
  {
    name: "an import",
    act: (admin) =>
      admin.realms.partialImport({
        realm: realm(),
        rep: { ifResourceExists: "SKIP", users: [{ username: "imported", enabled: true }] },
      }),
    hints: everyone,
  },
  {
    name: "the realm",
    act: (admin) => admin.realms.update({ realm: realm() }, { displayName: "x" }),
    hints: everyone,
  },
  {
    name: "a role deleted",
    act: (admin, { role: id }) => admin.roles.delById({ id }),
    hints: ({ role: id }) => [`realm-role ${id}`],
    effective: everyone,
  },
  {
    name: "a group deleted",
    act: (admin, { top: id }) => admin.groups.del({ id }),
    hints: ({ top }) => [`group ${top}`],
    effective: everyone,
  },
  { name: "deleted", act: (admin, { user: id }) => admin.users.del({ id }), hints: user },
];

describe.skipIf(missing)("a change made on a real Keycloak", () => {
  let ids: Ids;
  const cursors = new Map<boolean, JsonObject>();
  const follow = (effectiveRoles: boolean) =>
    Effect.map(open(undefined, "reader", { effectiveRoles }), changesOf);
  beforeAll(async () => {
    const { admin, name } = ready().realm;
    await record(admin, name);
    ids = await made(admin);
  });

  const next = Effect.fnUntraced(function* (changes: Follow, effectiveRoles: boolean) {
    const cursor = cursors.get(effectiveRoles);
    if (cursor === undefined) return yield* Effect.die("a cursor");
    const answer = yield* drained(changes, cursor);
    cursors.set(effectiveRoles, answer.cursor);
    return answer.hints;
  });

  it.live("is not hinted at before it is made", () =>
    Effect.gen(function* () {
      for (const effectiveRoles of [false, true]) {
        const changes = yield* follow(effectiveRoles);
        const { hints, cursor, more } = yield* changes(null);
        assert.deepStrictEqual([hints, more], [[], false]);
        cursors.set(effectiveRoles, cursor);
        assert.deepStrictEqual(yield* next(changes, effectiveRoles), []);
      }
    }).pipe(Effect.scoped),
  );

  for (const row of rows)
    it.live(`${row.name}: hints at whom to read`, () =>
      Effect.gen(function* () {
        yield* Effect.promise(() => row.act(ready().realm.admin, ids));
        for (const effectiveRoles of [false, true]) {
          const hints = yield* next(yield* follow(effectiveRoles), effectiveRoles);
          const expected = (effectiveRoles ? row.effective : undefined) ?? row.hints;
          assert.deepStrictEqual(hints.map(brief), expected(ids));
          for (const { because } of hints) {
            assert.isString(because.event);
            assert.isString(because.actor);
          }
        }
      }).pipe(Effect.scoped),
    );
});
