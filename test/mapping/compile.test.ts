import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Facts } from "../../src/domain/index.ts";
import {
  type Catalogue,
  type CompiledMapping,
  type Condition,
  compile,
  desiredRoles,
  emptyCatalogue,
  explain,
  type Mapping,
  nextMoment,
} from "../../src/mapping/index.ts";
import { naive } from "./oracle.ts";
import { prove } from "./prove.ts";
import {
  anyCatalogue,
  anyFacts,
  anyMapping,
  anyNow,
  connection,
  facts,
  group,
  groupId,
  mapping,
  now,
  person,
  role,
  rule,
} from "./support.ts";

/** Everybody looks at every rule. */
const unindexed = (table: Mapping, catalogue: Catalogue) => {
  const compiled = compile(table, catalogue);
  return { ...compiled, general: compiled.rules };
};
const tableOf = (when: (index: number) => Condition) =>
  mapping(...Array.from({ length: 10_000 }, (_, index) => rule(`r${index}`, when(index), [`role-${index}`])));
const inThree = facts([person(1, { groups: [group(10), group(20), group(30)] })]);
const evaluated = (when: (index: number) => Condition) => {
  const { roles, evaluated } = desiredRoles(inThree, compile(tableOf(when)), now);
  return { roles: roles.length, evaluated };
};

describe("the index", () => {
  it("gives what evaluating every rule for every person gives, at any moment and by any catalogue", () => {
    prove(
      fc.property(anyFacts, anyMapping, anyCatalogue, anyNow, (all, table, catalogue, moment) => {
        const desired = desiredRoles(all, compile(table, catalogue), moment);
        fc.pre(desired.active);
        const found = new Map(
          desired.roles.map(({ role, scope, reasons }) => [
            `${role}|${scope}`,
            new Set(reasons.map((reason) => `${reason.rule}|${reason.person}`)),
          ]),
        );
        expect(found).toEqual(naive(all, table, catalogue, moment));
      }),
      { numRuns: 2000 },
    );
  });

  it("changes no reason, no cause, no denial and nothing outranked or missed", () => {
    prove(
      fc.property(anyFacts, anyMapping, anyCatalogue, anyNow, (all, table, catalogue, moment) => {
        const { evaluated: few, ...indexed } = desiredRoles(all, compile(table, catalogue), moment);
        const { evaluated: many, ...plain } = desiredRoles(all, unindexed(table, catalogue), moment);
        expect(indexed).toEqual(plain);
        expect(few).toBeLessThanOrEqual(many);
      }),
      { numRuns: 500 },
    );
  });
});

describe("10,000 rules and a person in 3 groups", () => {
  it("look at 3 rules by group id", () => {
    expect(evaluated((index) => ({ group: groupId(index) }))).toEqual({ roles: 3, evaluated: 3 });
  });

  it("look at 3 rules by the source's id", () => {
    const when = (index: number) => ({ externalGroup: { connection: "okta", id: `ext-${index}` } });
    expect(evaluated(when)).toEqual({ roles: 3, evaluated: 3 });
  });

  it("look at 3 rules by name, with and without connection", () => {
    const equals = (index: number) => `group ${index}`;
    expect(evaluated((index) => ({ groupName: { equals: equals(index) } }))).toEqual({
      roles: 3,
      evaluated: 3,
    });
    expect(evaluated((index) => ({ groupName: { equals: equals(index), connection: "okta" } }))).toEqual({
      roles: 3,
      evaluated: 3,
    });
  });

  it("look at 3 rules where a group is one of several things that must be so", () => {
    const when = (index: number): Condition => ({
      all: [
        { attribute: { name: "title", present: false } },
        { connection: "okta" },
        { group: groupId(index) },
      ],
    });
    expect(evaluated(when)).toEqual({ roles: 3, evaluated: 3 });
  });

  it("look at a rule once even if several groups lead to it", () => {
    const when = (index: number): Condition => ({
      any: [{ group: groupId(index) }, { group: groupId(index + 10) }],
    });
    expect(evaluated(when)).toEqual({ roles: 4, evaluated: 4 });
  });

  it("look at no rule of another connection", () => {
    expect(evaluated(() => ({ connection: "entra" }))).toEqual({ roles: 0, evaluated: 0 });
  });

  it("look at 3 rules where two negations make a group necessary", () => {
    const when = (index: number): Condition => ({ not: { any: [{ not: { group: groupId(index) } }] } });
    expect(evaluated(when)).toEqual({ roles: 3, evaluated: 3 });
  });

  it("look at all rules that no group can narrow", () => {
    const when = (index: number): Condition => ({
      any: [{ group: groupId(index) }, { not: { connection: "okta" } }],
    });
    expect(evaluated(when)).toEqual({ roles: 3, evaluated: 10_000 });
  });
});

describe("a compiled mapping", () => {
  const answers = (all: Facts, compiled: CompiledMapping, moment: number) => [
    desiredRoles(all, compiled, moment),
    explain(all, compiled, role("reader"), moment),
    nextMoment(all, compiled, moment),
  ];

  it("answers as a new one does, whoever else it and other mappings decided about before", () => {
    const organizations = fc.array(fc.tuple(anyMapping, anyCatalogue), { minLength: 1, maxLength: 3 });
    // The same few group ids come with other names, kinds, external ids and connections each time.
    const history = fc.array(fc.tuple(anyFacts, fc.nat(2), anyNow), { minLength: 2, maxLength: 8 });
    prove(
      fc.property(organizations, history, (each, steps) => {
        const kept = each.map(([table, catalogue]) => compile(table, catalogue));
        for (const [all, number, moment] of steps) {
          const at = number % each.length;
          const [table, catalogue] = each[at] ?? [mapping(), emptyCatalogue];
          const used = kept[at] ?? compile(table, catalogue);
          expect(answers(all, used, moment)).toEqual(answers(all, compile(table, catalogue), moment));
        }
      }),
      { numRuns: 500 },
    );
  });

  it("forgets a group's former name, and what its id meant in another connection", () => {
    const compiled = compile(
      mapping(
        rule("a", { groupName: { equals: "Sales", connection: "okta" } }, ["sales"]),
        rule("b", { groupName: { prefix: "Buy" } }, ["buyers"]),
        rule("c", { not: { groupName: { equals: "Sales" } } }, ["others"]),
      ),
    );
    const rolesOf = (name: string, slug: string) => {
      const one = person(1, { connection: connection(slug), groups: [group(1, { name })] });
      return desiredRoles(facts([one]), compiled, now).roles.map((each) => each.role);
    };
    expect(rolesOf("Sales", "okta")).toEqual(["sales"]);
    expect(rolesOf("Buying", "okta")).toEqual(["buyers", "others"]);
    expect(rolesOf("Sales", "entra")).toEqual([]);
    expect(rolesOf("Sales", "okta")).toEqual(["sales"]);
  });

  it("leaves earlier answers as they are", () => {
    prove(
      fc.property(
        anyFacts,
        anyFacts,
        anyMapping,
        anyCatalogue,
        anyNow,
        (one, other, table, catalogue, at) => {
          const compiled = compile(table, catalogue);
          const before = answers(one, compiled, at);
          const copy = structuredClone(before);
          answers(other, compiled, at);
          expect(before).toEqual(copy);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("group keys", () => {
  it("keep names, ids and connections apart whatever they contain", () => {
    const odd = group(1, { name: "okta ext-1", externalId: "x" });
    const one = facts([person(1, { connection: connection("entra"), groups: [odd] })]);
    const rules = mapping(
      rule("a", { externalGroup: { connection: "okta", id: "ext-1" } }, ["a"]),
      rule("b", { groupName: { equals: "ext-1", connection: "okta" } }, ["b"]),
      rule("c", { groupName: { equals: "OKTA ext-1" } }, ["c"]),
      rule("d", { groupName: { equals: "okta ext-1" } }, ["d"]),
    );
    expect(desiredRoles(one, compile(rules), now).roles.map(({ role }) => role)).toEqual(["d"]);
  });
});
