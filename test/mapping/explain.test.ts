import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile, nearMisses, type Rule } from "../../src/mapping/index.ts";
import { holds } from "./oracle.ts";
import {
  anyFacts,
  anyMapping,
  connection,
  department,
  facts,
  group,
  groupId,
  mapping,
  person,
  role,
  rule,
} from "./support.ts";

const boss = { attribute: { name: "title", equals: "boss" } };
const misses = (when: Rule["when"], more: Parameters<typeof person>[1] = {}) =>
  nearMisses(facts([person(1, more)]), compile(mapping(rule("a", when, ["r"]))), role("r"));

describe("why not", () => {
  it("names each leaf that fails, where it stands, without its value", () => {
    const when = {
      all: [
        { group: groupId(1) },
        boss,
        { any: [{ connection: "x" }, { attribute: { name: department, present: true } }] },
      ],
    };
    expect(misses(when, { groups: [group(1)] })).toEqual([
      {
        rule: "a",
        person: person(1).id,
        blocked: null,
        failed: [
          { path: "when.all[1]", fact: "attribute title" },
          { path: "when.all[2].any[0]", fact: "connection" },
          { path: "when.all[2].any[1]", fact: `attribute ${department}` },
        ],
      },
    ]);
  });

  it("names what must not be so", () => {
    expect(
      misses({ not: { not: { not: { group: groupId(1) } } } }, { groups: [group(1)] })[0]?.failed,
    ).toEqual([{ path: "when.not.not.not", fact: "not group" }]);
  });

  it("is silent about a rule that applies and about rules for other roles", () => {
    expect(misses({ group: groupId(1) }, { groups: [group(1)] })).toEqual([]);
    const table = compile(mapping(rule("a", boss, ["other"]), rule("b", boss, [], ["r"])));
    expect(nearMisses(facts([person(1)]), table, role("r"))).toEqual([]);
  });

  it("says when a person does not count at all, though the rule would apply", () => {
    const when = { group: groupId(1) };
    const off = connection("okta", { enabled: false });
    expect(misses(when, { groups: [group(1)], active: false })[0]?.blocked).toBe(
      "inactive in connection okta",
    );
    expect(misses(when, { groups: [group(1)], connection: off })[0]?.blocked).toBe(
      "connection okta is disabled",
    );
  });

  it("has something to say exactly where a rule for the role does not apply to a person who counts", () => {
    fc.assert(
      fc.property(anyFacts, anyMapping, (all, table) => {
        const compiled = compile(table);
        const granting = compiled.rules.filter(({ grant }) => grant.some((one) => one.role === "reader"));
        const expected = all.people.flatMap((one) => {
          const counts = one.active && one.connection.enabled;
          return granting
            .filter(({ when }) => !counts || !holds(when, one))
            .map(({ id }) => `${id} ${one.id}`);
        });
        const found = nearMisses(all, compiled, role("reader")).map((miss) => `${miss.rule} ${miss.person}`);
        expect(found).toEqual(expected.toSorted());
      }),
      { numRuns: 300 },
    );
  });
});
