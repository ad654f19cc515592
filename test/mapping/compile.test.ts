import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Catalogue,
  type Condition,
  compile,
  desiredRoles,
  type Mapping,
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
