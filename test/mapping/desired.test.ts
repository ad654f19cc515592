import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Facts } from "../../src/domain/index.ts";
import { compile, desiredRoles, emptyMapping, type Mapping, roleKey } from "../../src/mapping/index.ts";
import { prove } from "./prove.ts";
import {
  anyFacts,
  anyGroup,
  anyMapping,
  connection,
  event,
  facts,
  group,
  groupId,
  mapping,
  now,
  person,
  positiveMapping,
  role,
  rule,
  shuffled,
} from "./support.ts";

const desired = (all: Facts, table: Mapping) => desiredRoles(all, compile(table), now);
const rolesOf = (all: Facts, table: Mapping) => desired(all, table).roles.map(roleKey);
const entra = connection("entra");

const reordered = ({ people, lost, account, decided }: Facts): fc.Arbitrary<Facts> =>
  fc
    .tuple(fc.tuple(...people.map(({ groups }) => shuffled(groups))), shuffled(lost))
    .map(([groups, others]) => ({
      account,
      lost: others,
      decided,
      people: people.map((one, index) => ({ ...one, groups: groups[index] ?? [] })),
    }))
    .chain((all) => shuffled(all.people).map((others) => ({ ...all, people: others })));

describe("desired roles", () => {
  it("do not depend on the order of rules, people, groups or lost connections", () => {
    const twice = fc
      .tuple(anyFacts, anyMapping)
      .chain(([all, { rules }]) =>
        fc.tuple(fc.constant([all, { rules }] as const), fc.tuple(reordered(all), shuffled(rules))),
      );
    prove(
      fc.property(twice, ([[all, table], [again, rules]]) => {
        expect(desired(again, { rules })).toEqual(desired(all, table));
      }),
      { numRuns: 500 },
    );
  });

  it("are none without a rule, whatever the groups are called (invariant 9)", () => {
    prove(
      fc.property(anyFacts, (all) => {
        expect(desired(all, emptyMapping).roles).toEqual([]);
      }),
    );
    const admin = group(1, { name: "admin", externalId: "admin" });
    expect(
      rolesOf(facts([person(1, { groups: [admin] })]), mapping(rule("a", { group: groupId(2) }, ["admin"]))),
    ).toEqual([]);
  });

  it("never name a role that no rule grants", () => {
    prove(
      fc.property(anyFacts, anyMapping, (all, table) => {
        const known = compile(table).rules.flatMap(({ grant, captured }) =>
          [...grant, ...captured].map((one) => one.role),
        );
        expect(desired(all, table).roles.every((one) => known.includes(one.role))).toBe(true);
      }),
    );
  });

  it("have at least one reason each, and no reason twice", () => {
    prove(
      fc.property(anyFacts, anyMapping, (all, table) => {
        for (const { reasons } of desired(all, table).roles) {
          const keys = reasons.map(({ cause: _, ...reason }) => JSON.stringify(reason));
          expect(keys.length).toBeGreaterThan(0);
          expect(new Set(keys).size).toBe(keys.length);
        }
      }),
    );
  });

  it("only grow when a group is added and nothing denies or negates", () => {
    prove(
      fc.property(anyFacts, positiveMapping, anyGroup, fc.nat(3), (all, table, more, at) => {
        const people = all.people.map((one, index) =>
          index === at ? { ...one, groups: [...one.groups, more] } : one,
        );
        expect(rolesOf({ ...all, people }, table)).toEqual(expect.arrayContaining(rolesOf(all, table)));
      }),
      { numRuns: 500 },
    );
  });

  it("keep scopes apart", () => {
    const table = {
      rules: [{ id: "a", when: { connection: "okta" }, grant: [role("r"), { role: role("r"), scope: "x" }] }],
    };
    expect(desired(facts([person(1)]), table).roles.map(({ scope }) => scope)).toEqual(["", "x"]);
  });
});

describe("a condition", () => {
  const both = { all: [{ group: groupId(1) }, { attribute: { name: "title", equals: "boss" } }] };

  it("is about one directory user: a group here and an attribute there do not add up", () => {
    const here = person(1, { groups: [group(1)] });
    const there = person(2, { connection: entra, attributes: { title: "Boss" } });
    expect(rolesOf(facts([here, there]), mapping(rule("a", both, ["r"])))).toEqual([]);
    const one = person(1, { groups: [group(1)], attributes: { title: "Boss" } });
    expect(rolesOf(facts([one]), mapping(rule("a", both, ["r"])))).toEqual(["r "]);
  });

  it("fires where one person meets it though another does not", () => {
    const table = mapping(rule("a", { not: { group: groupId(1) } }, ["r"]));
    expect(
      rolesOf(facts([person(1, { groups: [group(1)] }), person(2, { connection: entra })]), table),
    ).toEqual(["r "]);
  });

  it("takes a name for one connection only where it says so", () => {
    const table = mapping(
      rule("here", { groupName: { equals: "group 1", connection: "okta" } }, ["here"]),
      rule("anywhere", { groupName: { equals: "group 1" } }, ["anywhere"]),
    );
    expect(rolesOf(facts([person(1, { connection: entra, groups: [group(1)] })]), table)).toEqual([
      "anywhere ",
    ]);
  });
});

describe("reasons", () => {
  const base = { connection: connection("okta").id, person: person(1).id };

  it("name each group that matched, with the event that brought the membership", () => {
    const table = mapping(
      rule("a", { any: [{ group: groupId(2) }, { group: groupId(1) }, { group: groupId(3) }] }, ["r"]),
    );
    expect(desired(facts([person(1, { groups: [group(1), group(2)] })]), table).roles).toEqual([
      {
        role: "r",
        scope: "",
        reasons: [1, 2].map((number) => ({
          ...base,
          rule: "a",
          group: groupId(number),
          because: "group",
          cause: event(1000 + number),
        })),
      },
    ]);
  });

  it("name the attribute and never its value where no group was involved", () => {
    const table = mapping(
      rule("a", { all: [{ connection: "okta" }, { attribute: { name: "title", equals: "boss" } }] }, ["r"]),
      rule("b", { not: { any: [{ group: groupId(1) }, { attribute: { name: "title", equals: "x" } }] } }, [
        "r",
      ]),
    );
    const { roles } = desired(facts([person(1, { attributes: { title: "Boss" } })]), table);
    const reason = { ...base, group: null, cause: event(2001) };
    expect(roles[0]?.reasons).toEqual([
      { ...reason, rule: "a", because: "attribute title, connection" },
      { ...reason, rule: "b", because: "not attribute title, not group" },
    ]);
    expect(JSON.stringify(roles).toLowerCase()).not.toContain("boss");
  });

  it("leave only with the last of two people who bring the role", () => {
    const table = mapping(rule("a", { groupName: { equals: "group 1" } }, ["r"]));
    const okta = person(1, { groups: [group(1)] });
    const other = person(2, { connection: entra, groups: [group(2, { name: "group 1" })] });
    const reasons = (all: Facts) =>
      desired(all, table).roles.flatMap((one) => one.reasons.map(({ person }) => person));
    expect(reasons(facts([okta, other]))).toEqual([okta.id, other.id]);
    expect(reasons(facts([{ ...okta, groups: [] }, other]))).toEqual([other.id]);
    expect(
      reasons(
        facts([
          { ...okta, groups: [] },
          { ...other, groups: [] },
        ]),
      ),
    ).toEqual([]);
  });

  it("count a membership told twice once, by its earlier event", () => {
    const table = mapping(rule("a", { group: groupId(1) }, ["r", "r"]));
    const groups = [group(1, { cause: event(9) }), group(1, { cause: event(8) })];
    expect(desired(facts([person(1, { groups })]), table).roles.flatMap(({ reasons }) => reasons)).toEqual([
      { ...base, rule: "a", group: groupId(1), because: "group", cause: event(8) },
    ]);
  });
});

describe("a denial", () => {
  const table = {
    rules: [
      {
        id: "give",
        when: { group: groupId(1) },
        grant: [role("r"), { role: role("r"), scope: "x" }, role("s")],
      },
      { id: "refuse", when: { group: groupId(2) }, deny: [role("r")] },
    ],
  };
  const given = person(1, { groups: [group(1)] });
  const refused = person(2, { connection: entra, groups: [group(2)] });

  it("wins over every grant of the role, in every scope, whoever brings it", () => {
    expect(rolesOf(facts([given]), table)).toEqual(["r ", "r x", "s "]);
    expect(rolesOf(facts([given, refused]), table)).toEqual(["s "]);
  });

  it("is told with the rule and the group that refuse", () => {
    const { denied } = desired(facts([given, refused]), table);
    expect(
      denied.map(({ role: key, reasons }) => [key, reasons.map((one) => [one.rule, one.group])]),
    ).toEqual([["r", [["refuse", groupId(2)]]]]);
  });

  it("does not count from a person who does not count", () => {
    const quiet = { ...refused, connection: connection("entra", { enabled: false }) };
    expect(rolesOf(facts([given, quiet]), table)).toEqual(["r ", "r x", "s "]);
  });

  it("leaves none of its roles in any answer", () => {
    prove(
      fc.property(anyFacts, anyMapping, (all, any) => {
        const { roles, denied } = desired(all, any);
        const refusedRoles = denied.map((one) => one.role);
        expect(roles.filter((one) => refusedRoles.includes(one.role))).toEqual([]);
      }),
    );
  });
});
