import { assert, describe, it } from "@effect/vitest";
import type KeycloakAdminClient from "@keycloak/keycloak-admin-client";
import { Effect } from "effect";
import { beforeAll } from "vitest";
import type { Suspect } from "../../../connectors/connector.ts";
import { confirmed, connectorContract, one, read } from "../../contracts/connector.ts";
import type { Rule } from "../../support/fault-proxy.ts";
import { record } from "./changes/support.ts";
import { readEffective } from "./realm.ts";
import { missing, onRealm } from "./support.ts";

const { ready, open } = onRealm(60);
const effective = (rule?: Rule, more: Record<string, unknown> = {}) =>
  open(rule, "reader", { effectiveRoles: true, ...more });

const person = async (admin: KeycloakAdminClient, name: string) => {
  const [found] = await admin.users.find({ username: name, exact: true });
  return found?.id ?? "";
};

/** Composites of composites in a circle, across the realm and a client, given to people and to nested groups. */
const grant = async (admin: KeycloakAdminClient, realm: string) => {
  const role = async (name: string) => {
    const found = await admin.roles.findOneByName({ name });
    return { id: found?.id ?? "", name };
  };
  for (const name of ["lead", "boss", "chief", "part", "unheld"]) await admin.roles.create({ name });
  const [shop] = await admin.clients.find({ clientId: "shop" });
  const id = shop?.id ?? "";
  const shopRole = async (roleName: string) => {
    const found = await admin.clients.findRole({ id, roleName });
    return { id: found?.id ?? "", name: roleName };
  };
  const [lead, boss, chief, part] = [
    await role("lead"),
    await role("boss"),
    await role("chief"),
    await role("part"),
  ];
  const [editor, viewer] = [await shopRole("editor"), await shopRole("view/all")];
  await admin.roles.createComposite({ roleId: chief.id }, [boss]);
  await admin.roles.createComposite({ roleId: boss.id }, [lead, viewer]);
  await admin.roles.createComposite({ roleId: viewer.id }, [chief]);
  await admin.roles.createComposite({ roleId: editor.id }, [part]);
  const groups = await admin.groups.find({ search: "core", populateHierarchy: false });
  const core = groups.find(({ name }) => name === "core")?.id ?? "";
  const [team3] = await admin.groups.find({ search: "team3" });
  await admin.groups.addRealmRoleMappings({ id: core, roles: [lead] });
  await admin.groups.addClientRoleMappings({ id: core, clientUniqueId: id, roles: [editor] });
  await admin.groups.addRealmRoleMappings({ id: team3?.id ?? "", roles: [chief] });
  await admin.users.addRealmRoleMappings({ id: await person(admin, "person00001"), roles: [boss] });
  const everyday = await role(`default-roles-${realm.toLowerCase()}`);
  await admin.users.addRealmRoleMappings({ id: await person(admin, "person00002"), roles: [everyday] });
};

const roleRows = (facts: Effect.Success<ReturnType<typeof read>>) => {
  const roles = new Set(facts.groups.filter(({ kind }) => kind !== "group").map(({ id }) => id));
  return facts.memberships
    .filter(({ group }) => roles.has(group))
    .map(({ group, user }) => `${group} ${user}`)
    .sort();
};

describe.skipIf(missing)("effective roles of a real Keycloak", () => {
  let known = "";
  beforeAll(async () => {
    const { admin, name } = ready().realm;
    await grant(admin, name);
    await record(admin, name);
    known = await person(admin, "person00025");
  });

  connectorContract("keycloak with effective roles", {
    open: effective(),
    knownId: () => known,
    unknownId: "00000000-0000-4000-8000-000000000000",
    blind: open(undefined, "blind", { effectiveRoles: true }),
    change: Effect.promise(() => ready().realm.admin.users.update({ id: known }, { enabled: true })),
    faults: [
      {
        name: "groups that do not tell their roles",
        open: effective(({ path }) =>
          /groups\/?$/.test(path)
            ? { rewrite: (body) => body.replaceAll('"realmRoles"', '"other"') }
            : undefined,
        ),
        reasons: ["malformed"],
      },
      {
        name: "403 on the parts of a composite role",
        open: effective(({ path }) => (path.endsWith("/composites") ? { status: 403 } : undefined)),
        reasons: ["forbidden"],
      },
    ],
    lies: [
      ...["realm/composite", "/composite"].map((end) => ({
        name: `nobody holds anything at ${end}, with 200`,
        open: effective(({ path }) => (path.endsWith(end) ? { status: 200, body: "[]" } : undefined)),
      })),
      {
        name: "no role is found by id",
        open: effective(({ path }) =>
          path.includes("/roles-by-id/")
            ? { status: 404, body: '{"error":"Could not find role"}' }
            : undefined,
        ),
      },
    ],
  });

  it.live("are what Keycloak says of each person", () =>
    Effect.gen(function* () {
      const facts = yield* read(effective());
      const truth = yield* Effect.promise(() => readEffective(ready().realm.admin));
      const direct = yield* read(open());
      assert.deepStrictEqual(roleRows(facts), truth);
      assert.isAbove(truth.length, roleRows(direct).length);
      const named = new Map(facts.groups.map(({ id, name }) => [name, id]));
      // By a nested group, by a group's composite of a composite, by a client's composite; and by the default role.
      for (const name of ["lead", "boss", "shop:view/all", "part", "offline_access"])
        assert.isTrue(truth.some((row) => row.startsWith(named.get(name) ?? "-")));
    }),
  );

  it.live("cost one request for each composite role more than direct ones", () =>
    Effect.gen(function* () {
      yield* read(open());
      const direct = ready().proxy.asked.length;
      yield* read(effective());
      const composites = ready().proxy.asked.filter((path) => path.endsWith("/composites")).length;
      // The default role is told of nobody, but who holds it holds its parts.
      assert.isAtMost(ready().proxy.asked.length, direct + composites + 1);
    }),
  );

  it.live("of the realm are complete where roles of clients are not told", () =>
    Effect.gen(function* () {
      const facts = yield* read(effective(undefined, { clientRoles: false }));
      const truth = yield* Effect.promise(() => readEffective(ready().realm.admin));
      const told = new Set(facts.groups.map(({ id }) => id));
      assert.isEmpty(facts.groups.filter(({ kind }) => kind === "client-role"));
      assert.deepStrictEqual(
        roleRows(facts),
        truth.filter((row) => told.has(row.split(" ")[0] ?? "")),
      );
    }),
  );

  it.live("are gone of a person who left the group that brought them", () =>
    Effect.gen(function* () {
      const { admin } = ready().realm;
      const before = yield* one(effective(), known);
      assert.strictEqual(before._tag, "Found");
      if (before._tag !== "Found") return;
      // Of the group above it, to which the role is given, this person is no direct member.
      const inner = before.groups.find(({ name }) => name === "inner")?.id ?? "";
      yield* Effect.promise(() => admin.users.delFromGroup({ id: known, groupId: inner }));
      const after = yield* one(effective(), known);
      const left = new Set(after._tag === "Found" ? after.groups.map(({ id }) => id) : []);
      const lost = before.groups.map(({ id }) => id).filter((id) => !left.has(id));
      assert.include(lost, before.groups.find(({ name }) => name === "lead")?.id);
      const suspect: Suspect = { _tag: "Memberships", user: known, groups: before.groups };
      const [answer] = yield* confirmed(effective(), [suspect]);
      assert.deepStrictEqual(answer?._tag === "Success" ? answer.success.gone : answer?.failure, lost);
    }),
  );
});
