/** Organizations of a real Keycloak and their groups, read in whole and by id. */
import { assert, describe, it } from "@effect/vitest";
import { Effect } from "effect";
import { beforeAll } from "vitest";
import type { Connection, GroupFact, Source, Suspect } from "../../../connectors/connector.ts";
import { read } from "../../contracts/connector.ts";
import type { Rule } from "../../support/fault-proxy.ts";
import {
  addGroup,
  addOrganization,
  join,
  joinGroup,
  readBareOrganizations,
  switchOn,
} from "./organizations.ts";
import { missing, onRealm } from "./support.ts";

const { ready, open, admin } = onRealm(40);
const on = { organizations: true };
const unknown = "00000000-0000-4000-8000-000000000000";

const hub = (rule?: Rule) => open(rule, "hub", on);
const withSource = <A, E>(
  use: (source: Source) => Effect.Effect<A, E>,
  { rule, client = "hub", more = on }: { rule?: Rule; client?: string; more?: Record<string, unknown> } = {},
) =>
  Effect.scoped(
    Effect.flatMap(open(rule, client, more), ({ source }: Connection) =>
      source === undefined ? Effect.die("a source") : use(source),
    ),
  );
const branchOf = (id: string, kind: GroupFact["kind"]) =>
  withSource(({ branch }) => (branch === undefined ? Effect.die("a branch") : branch(id, kind)));
const goneOf = (suspect: Suspect, rule?: Rule) =>
  withSource(({ confirm }) => Effect.map(confirm(suspect), ({ gone }) => gone), rule ? { rule } : {});
const person = (name: string) =>
  Effect.map(
    admin((client) => client.users.find({ username: name, exact: true })),
    ([found]) => found?.id ?? "",
  );
const lines = (facts: { memberships: ReadonlyArray<{ group: string; user: string }> }, ids: Set<string>) =>
  facts.memberships.filter(({ group }) => ids.has(group)).map(({ group, user }) => `${group} ${user}`);
const isOwn = ({ kind }: GroupFact) => kind.startsWith("organization");
const inAll = (user: string, groups: ReadonlyArray<GroupFact>): Suspect => ({
  _tag: "Memberships",
  user,
  groups,
});

const made = { acme: "", beta: "", staff: "", core: "", slash: "", other: "" };

/** Organizations with groups three deep, one of them with a slash in its name. */
const furnish = async () => {
  const { admin: of, name } = ready().realm;
  await switchOn(of, name);
  made.acme = await addOrganization(of, "acme");
  made.beta = await addOrganization(of, "beta");
  made.staff = await addGroup(of, made.acme, "Staff");
  made.core = await addGroup(of, made.acme, "Core", made.staff);
  made.slash = await addGroup(of, made.acme, "a/b", made.core);
  made.other = await addGroup(of, made.beta, "Staff");
  const people = await of.users.find({ max: 30 });
  for (const [i, { id = "" }] of people.entries()) {
    await join(of, made.acme, id);
    if (i % 2 === 0) await joinGroup(of, made.acme, made.core, id);
    if (i % 5 === 0) await joinGroup(of, made.acme, made.slash, id);
    if (i % 3 !== 0) continue;
    await join(of, made.beta, id);
    await joinGroup(of, made.beta, made.other, id);
  }
  const [service] = await of.users.find({ username: "service-account-hub", exact: true });
  if (service?.id !== undefined) await join(of, made.acme, service.id);
};

describe.skipIf(missing)("organizations of a real realm", () => {
  beforeAll(furnish, 60_000);

  it.live("are told as a bare client reads them person by person, with their nesting", () =>
    Effect.gen(function* () {
      const facts = yield* read(hub());
      assert.isUndefined(facts.failure);
      assert.lengthOf(facts.proofs, 1);
      const own = facts.groups.filter(isOwn);
      const bare = yield* admin(readBareOrganizations);
      assert.deepStrictEqual(lines(facts, new Set(own.map(({ id }) => id))).toSorted(), bare);
      const { acme, beta, staff, core, slash, other } = made;
      assert.sameDeepMembers(
        own.map(({ id, name, kind, parent }) => [id, name, kind, parent]),
        [
          [acme, "acme", "organization", null],
          [beta, "beta", "organization", null],
          [`${acme}/${staff}`, "acme:Staff", "organization-group", acme],
          [`${acme}/${core}`, "acme:Core", "organization-group", `${acme}/${staff}`],
          [`${acme}/${slash}`, "acme:a/b", "organization-group", `${acme}/${core}`],
          [`${beta}/${other}`, "beta:Staff", "organization-group", beta],
        ],
      );
    }),
  );

  it.live("are left out unless the setting says so, and then asked for nowhere", () =>
    Effect.gen(function* () {
      const { groups, proofs } = yield* read(open(undefined, "hub"));
      assert.lengthOf(proofs, 1);
      assert.isEmpty(groups.filter(isOwn));
      assert.isEmpty(ready().proxy.asked.filter((path) => path.includes("/organizations")));
    }),
  );

  it.live("cost three requests, and one for each list of people and of nested groups", () =>
    Effect.gen(function* () {
      yield* read(hub());
      const asked = ready().proxy.asked.filter((path) => path.includes("/organizations"));
      // Two counts and a page; of two organizations members and groups; of four groups members, of two children.
      assert.isAtMost(asked.length, 3 + 2 * 2 + 4 + 2);
    }),
  );

  it.live("are the same in the answer about one person and about one group as in that about everybody", () =>
    Effect.gen(function* () {
      const facts = yield* read(hub());
      const own = facts.groups.filter(isOwn);
      const user = facts.memberships.find(({ group }) => group === `${made.beta}/${made.other}`)?.user ?? "";
      const one = yield* withSource((source) => source.one(user));
      assert(one._tag === "Found");
      const mine = new Set(facts.memberships.filter((each) => each.user === user).map(({ group }) => group));
      assert.sameDeepMembers(
        one.groups.filter(isOwn),
        own.filter(({ id }) => mine.has(id)),
      );
      for (const { id, kind } of own) {
        const branch = yield* branchOf(id, kind);
        assert(branch._tag === "Branch");
        for (const group of branch.groups) assert.deepInclude(own, group);
        for (const [group, people] of branch.members)
          assert.sameMembers(
            [...people],
            facts.memberships.filter((each) => each.group === group).map((each) => each.user),
          );
      }
      const acme = yield* branchOf(made.acme, "organization");
      assert(acme._tag === "Branch");
      assert.lengthOf(acme.groups, 4);
      const staff = yield* branchOf(`${made.acme}/${made.staff}`, "organization-group");
      assert(staff._tag === "Branch");
      assert.lengthOf(staff.groups, 3);
    }),
  );

  it.live("are gone once Keycloak denies them by id, and nothing else is", () =>
    Effect.gen(function* () {
      const { acme, beta, core, other } = made;
      for (const [id, kind, gone] of [
        [acme, "organization", false],
        [unknown, "organization", true],
        [`${acme}/${core}`, "organization-group", false],
        [`${acme}/${unknown}`, "organization-group", true],
        [`${unknown}/${core}`, "organization-group", true],
        [core, "organization-group", true],
      ] as const) {
        assert.deepStrictEqual(yield* goneOf({ _tag: "Group", id, kind }), gone ? [id] : [], id);
        const branch = yield* branchOf(id, kind);
        assert.strictEqual(branch._tag, gone ? "Gone" : "Branch", id);
      }
      // A group of another organization: Keycloak says 400, and it is not taken for an absence.
      const failure = yield* Effect.flip(
        goneOf({ _tag: "Group", id: `${beta}/${core}`, kind: "organization-group" }),
      );
      assert.strictEqual(failure.reason, "refused");
      assert.isNotEmpty(other);
    }),
  );

  it.live("are left by whom Keycloak shows nowhere in them any more", () =>
    Effect.gen(function* () {
      const { groups } = yield* read(hub());
      const own = groups.filter(isOwn);
      const ids = own.map(({ id }) => id);
      const [id, nobody] = [yield* person("person00000"), yield* person("person00039")];
      const left = () =>
        Effect.map(goneOf(inAll(id, own)), (gone) => ids.filter((one) => !gone.includes(one)));
      const { acme, beta, core, slash, other } = made;
      assert.sameMembers(yield* left(), [
        acme,
        beta,
        `${acme}/${core}`,
        `${acme}/${slash}`,
        `${beta}/${other}`,
      ]);
      yield* admin((of) =>
        of.organizations.groups(beta).removeMemberFromOrgGroup({ groupId: other, userId: id }),
      );
      yield* admin((of) =>
        of.organizations.groups(acme).removeMemberFromOrgGroup({ groupId: core, userId: id }),
      );
      assert.sameMembers(yield* left(), [acme, beta, `${acme}/${slash}`]);
      yield* admin((of) => of.organizations.delMember({ orgId: acme, userId: id }));
      assert.sameMembers(yield* left(), [beta]);
      assert.sameMembers([...(yield* goneOf(inAll(nobody, own)))], ids);
      assert.sameMembers([...(yield* goneOf(inAll(unknown, own)))], ids);
    }),
  );

  it.live("are not left by somebody of whom Keycloak only shows empty lists", () =>
    Effect.gen(function* () {
      const { groups, memberships } = yield* read(hub());
      const core = `${made.acme}/${made.core}`;
      const user = memberships.find(({ group }) => group === core)?.user ?? "";
      const held = new Set(memberships.filter((each) => each.user === user).map(({ group }) => group));
      const suspect = inAll(
        user,
        groups.filter((group) => isOwn(group) && held.has(group.id)),
      );
      for (const path of [/members\/[^/]+\/organizations$/, /members\/[^/]+\/groups$/]) {
        const failure = yield* Effect.flip(
          goneOf(suspect, (asked) => (path.test(asked.path) ? { status: 200, body: "[]" } : undefined)),
        );
        assert.include(["conflict", "forbidden"], failure.reason);
      }
    }),
  );

  it.live("let somebody leave their last group of the realm while they are in one of an organization", () =>
    Effect.gen(function* () {
      const { groups } = yield* read(open(undefined, "reader"));
      const { id } = yield* admin((of) => of.users.create({ username: "only-there", enabled: true }));
      const team = groups.find(({ name }) => name === "team3")?.id ?? "";
      yield* admin(async (of) => {
        await of.users.addToGroup({ id, groupId: team });
        await join(of, made.acme, id);
        await joinGroup(of, made.acme, made.core, id);
      });
      const teams = groups.filter((group) => group.id === team);
      const gone = () =>
        withSource(({ confirm }) => Effect.map(confirm(inAll(id, teams)), (answer) => answer.gone), {
          client: "reader",
          more: {},
        });
      assert.deepStrictEqual(yield* gone(), []);
      yield* admin((of) => of.users.delFromGroup({ id, groupId: team }));
      assert.deepStrictEqual(yield* gone(), [team]);
      yield* admin((of) => of.users.del({ id }));
    }),
  );

  it.live("that are disabled are there, and nobody is in them", () =>
    Effect.gen(function* () {
      const own = (yield* read(hub())).groups.filter(isOwn);
      const user = yield* person("person00006");
      yield* setEnabled(made.beta, false);
      const facts = yield* read(hub());
      const ofBeta = own.filter(({ id }) => id.startsWith(made.beta));
      assert.deepStrictEqual(facts.groups.filter(isOwn), own);
      assert.isEmpty(lines(facts, new Set(ofBeta.map(({ id }) => id))));
      assert.sameMembers(
        [...(yield* goneOf(inAll(user, ofBeta)))],
        ofBeta.map(({ id }) => id),
      );
      const one = yield* withSource((source) => source.one(user));
      assert(one._tag === "Found");
      assert.isEmpty(one.groups.filter(({ id }) => id.startsWith(made.beta)));
      const branch = yield* branchOf(made.beta, "organization");
      assert(branch._tag === "Branch");
      assert.deepStrictEqual([...branch.members.values()], [[], []]);
      yield* setEnabled(made.beta, true);
      assert.isNotEmpty(lines(yield* read(hub()), new Set([made.beta])));
    }),
  );

  it.live("without view-organizations end nothing, and the role is named", () =>
    Effect.gen(function* () {
      const facts = yield* read(open(undefined, "reader", on));
      assert.isEmpty(facts.proofs);
      assert.match(facts.failure?.detail ?? "", /view-organizations/);
      const user = yield* person("person00006");
      const suspects: ReadonlyArray<Suspect> = [
        { _tag: "Group", id: made.acme, kind: "organization" },
        { _tag: "Group", id: unknown, kind: "organization" },
        inAll(user, [{ _tag: "Group", id: made.acme, name: "acme", kind: "organization", parent: null }]),
      ];
      const as = { client: "reader" };
      for (const suspect of suspects) {
        const failure = yield* withSource(({ confirm }) => Effect.flip(confirm(suspect)), as);
        assert.strictEqual(failure.reason, "forbidden");
        assert.match(failure.detail, /view-organizations/);
        assert.notMatch(failure.detail, /view-users/);
      }
      const failure = yield* withSource((source) => Effect.flip(source.one(user)), as);
      assert.match(failure.detail, /view-organizations/);
      const { lacks } = yield* Effect.scoped(
        Effect.flatMap(open(undefined, "reader", on), ({ probe }) => probe),
      );
      assert.match(JSON.stringify(lacks), /organizations.*view-organizations/);
    }),
  );

  it.live("of which only the names may be seen end nothing: their empty lists are not believed", () =>
    Effect.gen(function* () {
      const user = yield* person("person00006");
      const acme: GroupFact = {
        _tag: "Group",
        id: made.acme,
        name: "acme",
        kind: "organization",
        parent: null,
      };
      const as = { client: "listless" };
      const failure = yield* withSource(({ confirm }) => Effect.flip(confirm(inAll(user, [acme]))), as);
      assert.strictEqual(failure.reason, "forbidden");
      assert.isEmpty((yield* read(open(undefined, "listless", on))).proofs);
    }),
  );

  it.live("that the realm has switched off end nothing, and it is said what to do", () =>
    Effect.gen(function* () {
      const own = (yield* read(hub())).groups.filter(isOwn);
      const user = yield* person("person00006");
      const { admin: of, name } = ready().realm;
      yield* Effect.promise(() => switchOn(of, name, false));
      const off = /switched off.*switch on Organizations/;
      const facts = yield* read(hub());
      assert.isEmpty(facts.proofs);
      assert.match(facts.failure?.detail ?? "", off);
      for (const suspect of [...own, inAll(user, own)]) {
        assert.match((yield* Effect.flip(goneOf(suspect))).detail, off);
      }
      assert.match((yield* Effect.flip(withSource((source) => source.one(user)))).detail, off);
      for (const { id, kind } of own) assert.match((yield* Effect.flip(branchOf(id, kind))).detail, off);
      assert.match(
        (yield* Effect.flip(Effect.scoped(Effect.flatMap(hub(), ({ probe }) => probe)))).detail,
        off,
      );
      yield* Effect.promise(() => switchOn(of, name));
      assert.lengthOf((yield* read(hub())).proofs, 1);
    }),
  );

  it.live("are gone, and left, once the setting leaves them out", () =>
    Effect.gen(function* () {
      const own = (yield* read(hub())).groups.filter(isOwn);
      const user = yield* person("person00006");
      yield* withSource(
        ({ confirm }) =>
          Effect.gen(function* () {
            for (const group of own) assert.deepStrictEqual((yield* confirm(group)).gone, [group.id]);
            assert.lengthOf((yield* confirm(inAll(user, own))).gone, own.length);
          }),
        { more: {} },
      );
    }),
  );

  it.live("are never written to", () =>
    Effect.gen(function* () {
      const user = yield* person("person00006");
      for (const _tag of ["Join", "Leave"] as const)
        for (const group of [
          { id: made.acme, kind: "organization" },
          { id: `${made.acme}/${made.core}`, kind: "organization-group" },
        ] as const) {
          const failure = yield* Effect.scoped(
            Effect.flatMap(open(undefined, "writer", on), ({ target }) =>
              target === undefined
                ? Effect.die("a target")
                : Effect.flip(target.apply({ _tag, user, group })),
            ),
          );
          assert.strictEqual(failure.reason, "refused");
          assert.match(failure.detail, /only read/);
        }
    }),
  );
});

const setEnabled = (id: string, enabled: boolean) =>
  admin(async (of) => {
    const organization = await of.organizations.findOne({ id });
    await of.organizations.updateById({ id }, { ...organization, enabled });
  });
