/** A role that is written outside must not come back as its own reason; who owns what there must be one connection. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Facts, GroupFact } from "../../../src/domain/index.ts";
import { noPush, type PushSettings } from "../../../src/domain/index.ts";
import {
  type Catalogue,
  type CompiledMapping,
  compile,
  desiredRoles,
  emptyCatalogue,
  type Hop,
  hops,
  type Landscape,
  loops,
  type Mapping,
  ownershipProblems,
  type Rule,
  roleKey,
  type SeenGroup,
  type Writer,
} from "../../../src/mapping/index.ts";
import {
  anyCatalogue,
  anyFacts,
  anyGroup,
  anyMapping,
  anyNow,
  connection,
  groupId,
  mapping,
  person,
  role,
  rule,
} from "../support.ts";

const writer = (connection: string, settings: Partial<PushSettings>, identity = "realm"): Writer => ({
  connection,
  identity,
  settings: { ...noPush, ...settings },
});

const seen = (number: number, name: string, connection = "kc1"): SeenGroup => ({
  id: groupId(number),
  connection,
  externalId: `out-${number}`,
  kind: "group",
  name,
});

const pushed = (key: string, group: string, scope = "") => ({
  role: role(key),
  scope,
  group,
  kind: "group" as const,
});

const kc1 = { connection: "kc1", identity: "realm", derives: false };
const engineering = seen(1, "Engineering");
const staff = seen(2, "Staff");

const landscape = (more: Partial<Landscape>): Landscape => ({
  writers: [writer("kc1", { roles: [pushed("developer", "out-1"), pushed("employee", "out-2")] })],
  readers: [kc1],
  echoes: [],
  groups: [engineering, staff],
  ...more,
});

const sentences = (table: Mapping, where: Landscape, catalogue: Catalogue = emptyCatalogue) =>
  ownershipProblems(compile(table, catalogue), where).map(({ sentence }) => sentence);

const byName = (id: string, name: string, grant: string): Rule =>
  rule(id, { groupName: { equals: name } }, [grant]);

describe("the ownership graph", () => {
  it("shows a role that would be its own reason, in words", () => {
    expect(sentences(mapping(byName("engineers", "Engineering", "developer")), landscape({}))).toEqual([
      'Role "developer" is written as group "Engineering" of kc1, which by rule engineers gives role "developer": it would be its own reason. Write one of them to a group that no rule looks at, or change the rule.',
    ]);
  });

  it("shows a way over several roles", () => {
    const table = mapping(byName("a", "Engineering", "employee"), byName("b", "Staff", "developer"));
    const [found, ...others] = sentences(table, landscape({}));
    expect(others).toEqual([]);
    expect(found).toContain(
      'group "Engineering" of kc1, which by rule a gives role "employee", which is written as group "Staff" of kc1, which by rule b gives role "developer"',
    );
  });

  it.each<[string, Rule["when"]]>([
    ["id", { group: groupId(1) }],
    ["the source's id", { externalGroup: { connection: "kc1", id: "out-1" } }],
    ["prefix", { groupName: { prefix: "Eng" } }],
    ["glob", { groupName: { glob: "*ine*", connection: "kc1" } }],
    ["kind", { groupKind: "group" }],
    ["what it must not be", { not: { group: groupId(1) } }],
    ["part of a condition", { all: [{ emailDomain: "acme.test" }, { group: groupId(1) }] }],
  ])("sees rules that name the group by %s", (_, when) => {
    expect(sentences(mapping(rule("r", when, ["developer"])), landscape({}))).toHaveLength(1);
  });

  it("has nothing against rules about other groups, other connections and other roles", () => {
    const table = mapping(
      byName("other-group", "Sales", "developer"),
      rule("other-connection", { groupName: { equals: "Engineering", connection: "okta" } }, ["developer"]),
      byName("other-role", "Engineering", "reader"),
      rule("attribute", { attribute: { name: "title", equals: "Engineer" } }, ["developer"]),
    );
    expect(sentences(table, landscape({}))).toEqual([]);
  });

  it("sees what another connection shows of the same directory, and of no other one", () => {
    const table = mapping(
      rule("r", { groupName: { equals: "Engineering", connection: "kc2" } }, ["developer"]),
    );
    const groups = [engineering, seen(7, "Engineering", "kc2")].map((one) => ({
      ...one,
      externalId: "out-1",
    }));
    const reader = (identity: string) => [kc1, { connection: "kc2", identity, derives: false }];
    expect(sentences(table, landscape({ groups, readers: reader("realm") }))).toHaveLength(1);
    expect(sentences(table, landscape({ groups, readers: reader("another") }))).toEqual([]);
  });

  it("sees denials, and higher roles of a ladder", () => {
    const denied = mapping(rule("no", { group: groupId(1) }, [], ["developer"]));
    expect(sentences(denied, landscape({}))[0]).toContain(
      'by rule no decides that nobody has role "developer"',
    );
    const higher = mapping(byName("up", "Engineering", "owner"));
    const ladder = { ...emptyCatalogue, ladders: [[role("developer"), role("owner")]] };
    expect(sentences(higher, landscape({}), ladder)[0]).toContain(
      'by rule up decides about role "owner", which outranks role "developer"',
    );
    expect(sentences(higher, landscape({}))).toEqual([]);
  });

  it("keeps scopes apart, also those that a group's name gives", () => {
    const inScope = (scope: string) =>
      landscape({ writers: [writer("kc1", { roles: [pushed("developer", "out-1", scope)] })] });
    const plain = mapping(byName("plain", "Engineering", "developer"));
    expect(sentences(plain, inScope("north"))).toEqual([]);
    const captured: Rule = {
      ...rule("captured", { groupName: { glob: "Eng{scope}" } }, []),
      grant: [{ role: role("developer"), scopeFrom: "team:{scope}" }],
    };
    expect(sentences(mapping(captured), inScope("team:ineering"))).toHaveLength(1);
    expect(sentences(mapping(captured), inScope("library:ineering"))).toEqual([]);
  });

  it("lets one connection own a field or a group of a directory", () => {
    const second = writer("kc2", { owns: ["email"], roles: [pushed("reader", "out-1")] });
    const first = writer("kc1", { owns: ["email", "name"], roles: [pushed("developer", "out-1")] });
    const both = sentences(mapping(), landscape({ writers: [first, second] }));
    expect(both).toEqual([
      expect.stringContaining("both own email"),
      expect.stringContaining("both write the group out-1"),
    ]);
    const elsewhere = { ...second, identity: "another" };
    expect(sentences(mapping(), landscape({ writers: [first, elsewhere] }))).toEqual([]);
  });

  it("refuses groups of a directory of which somebody reads what follows from groups", () => {
    const readers = [kc1, { connection: "kc2", identity: "realm", derives: true }];
    expect(sentences(mapping(), landscape({ readers }))[0]).toContain("connection set kc2 --effective-roles");
    const onlyFields = [writer("kc1", { owns: ["email"] })];
    expect(sentences(mapping(), landscape({ readers, writers: onlyFields }))).toEqual([]);
  });
});

const anyWriter = fc
  .record({
    connection: fc.constantFrom("okta", "cloak"),
    roles: fc.array(
      fc
        .tuple(
          fc.constantFrom("reader", "editor", "owner"),
          fc.constantFrom("", "north", "library:a"),
          fc.constantFrom("a", "A", "b"),
        )
        .map(([key, scope, group]) => pushed(key, group, scope)),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ connection, ...settings }) => writer(connection, settings));

const anyLandscape: fc.Arbitrary<Landscape> = fc.record({
  writers: fc.array(anyWriter, { minLength: 1, maxLength: 2 }),
  readers: fc.constant(
    ["okta", "cloak"].map((connection) => ({ connection, identity: "realm", derives: false })),
  ),
  echoes: fc.constant([]),
  groups: fc
    .array(fc.tuple(anyGroup, fc.constantFrom("okta", "cloak")), { minLength: 1, maxLength: 5 })
    .map((all) =>
      all.map(([{ cause: _, ...one }, slug]) => ({
        ...one,
        externalId: one.externalId ?? "c d",
        connection: slug,
      })),
    ),
});

const everyRole = ["reader", "editor", "owner"].flatMap((key) =>
  ["", "north", "library:a"].flatMap((scope) =>
    ["a", "A", "b", "c d"].map((group) => pushed(key, group, scope)),
  ),
);
const everywhere = anyLandscape.map((where) => ({
  ...where,
  writers: [writer("okta", { roles: everyRole }), writer("cloak", { roles: everyRole })],
}));

/** People about whom rules have something to say: active, and of connections that count. */
const lively = anyFacts.map((all): Facts => {
  const [okta, cloak] = [connection("okta"), connection("cloak")];
  const people = [...all.people, person(4), person(5)];
  return {
    ...all,
    lost: [],
    people: people.map((one, at) => ({ ...one, active: true, connection: at % 2 === 0 ? okta : cloak })),
  };
});

/** Who is in the group too, as the connection shows it; nobody where they cannot be. */
const joined = (all: Facts, { connection, ...group }: SeenGroup): Facts | undefined => {
  const at = all.people.findIndex(
    (one) => one.connection.slug === connection && one.groups.every(({ id }) => id !== group.id),
  );
  const found = all.people[at];
  if (found === undefined) return undefined;
  const more = { ...group, cause: found.cause } as GroupFact;
  return { ...all, people: all.people.with(at, { ...found, groups: [...found.groups, more] }) };
};

const rolesOf = (all: Facts, table: CompiledMapping, moment: number): ReadonlySet<string> =>
  new Set(desiredRoles(all, table, moment).roles.map(roleKey));

/** Takes away, again and again, what nothing leads to: what is left is on a loop or behind one. */
const isAcyclic = (edges: ReadonlyArray<Hop>): boolean => {
  let left = edges;
  for (;;) {
    const ends = new Set(left.map(({ to }) => roleKey(to)));
    const next = left.filter(({ from }) => ends.has(roleKey(from)));
    if (next.length === left.length) return left.length === 0;
    left = next;
  }
};

describe("the search for loops", () => {
  it("finds one if and only if there is one", () => {
    fc.assert(
      fc.property(anyMapping, anyCatalogue, anyLandscape, (table, catalogue, where) => {
        const compiled = compile(table, catalogue);
        const found = loops(compiled, where);
        expect(found.length === 0).toBe(isAcyclic(hops(compiled, where)));
        for (const loop of found)
          for (const [index, { to }] of loop.entries())
            expect(roleKey(to)).toBe(roleKey(loop[(index + 1) % loop.length]?.from ?? to));
      }),
    );
  });

  it("knows every role that the engine changes when somebody is in a group that is written", () => {
    let changes = 0;
    fc.assert(
      fc.property(
        fc.tuple(anyMapping, anyCatalogue, everywhere),
        fc.array(lively, { minLength: 1, maxLength: 4 }),
        anyNow,
        ([table, catalogue, where], people, moment) => {
          const compiled = compile(table, catalogue);
          const written = where.writers.flatMap(({ settings }) => settings.roles);
          const known = new Set(hops(compiled, where).map(({ group, to }) => `${group.id} ${roleKey(to)}`));
          for (const all of people)
            for (const group of where.groups) {
              const more = joined(all, group);
              if (more === undefined) continue;
              const [before, after] = [rolesOf(all, compiled, moment), rolesOf(more, compiled, moment)];
              for (const one of written.filter(
                (each) => before.has(roleKey(each)) !== after.has(roleKey(each)),
              )) {
                changes++;
                expect(known).toContain(`${group.externalId} ${roleKey(one)}`);
              }
            }
        },
      ),
      { numRuns: 400 },
    );
    expect(changes).toBeGreaterThan(20);
  });
});
