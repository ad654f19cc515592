import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PersonFact } from "../../src/domain/index.ts";
import {
  type Catalogue,
  compile,
  emptyCatalogue,
  explain,
  nearMisses,
  type Rule,
} from "../../src/mapping/index.ts";
import { naive } from "./oracle.ts";
import { prove } from "./prove.ts";
import {
  anyCatalogue,
  anyFacts,
  anyMapping,
  anyNow,
  connection,
  department,
  facts,
  group,
  groupId,
  mapping,
  now,
  person,
  role,
  rule,
} from "./support.ts";

const boss = { attribute: { name: "title", equals: "boss" } };
const misses = (when: Rule["when"], more: Parameters<typeof person>[1] = {}) =>
  nearMisses(facts([person(1, more)]), compile(mapping(rule("a", when, ["r"]))), role("r"), now);

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
    expect(nearMisses(facts([person(1)]), table, role("r"), now)).toEqual([]);
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

  /** Does this rule alone give the role by way of this person, by the reference? */
  const gives = (each: Rule, one: PersonFact, catalogue: Catalogue, moment: number) =>
    [...naive(facts([one]), { rules: [{ ...each, deny: [] }] }, catalogue, moment).keys()].some((key) =>
      key.startsWith("reader|"),
    );
  const flat = (catalogue: Catalogue): Catalogue => ({ ...catalogue, ladders: [] });
  const isGranting = ({ grant = [] }: Rule) =>
    grant.some((one) => (typeof one === "string" ? one : one.role) === "reader");

  it("has something to say wherever a rule for the role does not give it to a person, and says what", () => {
    prove(
      fc.property(anyFacts, anyMapping, anyCatalogue, anyNow, (all, { rules }, catalogue, moment) => {
        const found = nearMisses(all, compile({ rules }, catalogue), role("reader"), moment);
        const keys = found.map((miss) => `${miss.rule} ${miss.person}`);
        const silent = all.people
          .flatMap((one) => rules.filter(isGranting).map((each) => ({ each, one })))
          .filter(({ each, one }) => !keys.includes(`${each.id} ${one.id}`));
        for (const { each, one } of silent) expect(gives(each, one, flat(catalogue), moment)).toBe(true);
        for (const miss of found) expect(miss.failed.length + (miss.blocked ?? "").length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  it("explains every role by a reason and every absence by a denial, a higher role or the nearest rule", () => {
    prove(
      fc.property(anyFacts, anyMapping, anyCatalogue, anyNow, (all, table, catalogue, moment) => {
        const said = explain(all, compile(table, catalogue), role("reader"), moment);
        for (const { reasons } of said.roles) expect(reasons.length).toBeGreaterThan(0);
        fc.pre(all.people.length > 0 && table.rules.some(isGranting));
        const because = [said.inactive, said.denied, said.nearest, ...said.outranked];
        if (said.roles.length === 0) expect(because.some((one) => one !== null)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe("what keeps a rule that holds from giving its role", () => {
  const library: Rule = {
    id: "a",
    when: { groupName: { glob: "lib-{scope}" } },
    grant: [{ role: role("r"), scopeFrom: "library:{scope}" }],
  };
  const inLibrary = facts([person(1, { groups: [group(1, { name: "lib-x" })] })]);
  const failing = (each: Rule, catalogue: Partial<Catalogue>, moment = now) =>
    nearMisses(
      inLibrary,
      compile({ rules: [each] }, { ...emptyCatalogue, ...catalogue }),
      role("r"),
      moment,
    )[0]?.failed;

  it("is a scope that the catalogue lacks", () => {
    expect(failing(library, {})).toEqual([
      { path: "grant[0]", fact: "the scope is not in the catalogue: library:x" },
    ]);
    expect(failing(library, { scopes: new Set(["library:x"]) })).toBeUndefined();
  });

  it("is that the role is reserved", () => {
    const reserved = new Set([role("r")]);
    expect(failing({ ...library, grant: [role("r")] }, { reserved })).toEqual([
      { path: "grant[0]", fact: "the role is reserved and the rule is open to people in no named group" },
    ]);
  });

  it("is the time", () => {
    const june: Rule = {
      ...rule("a", library.when, ["r"]),
      validFrom: "2026-06-01",
      validUntil: "2026-07-01",
    };
    const at = (text: string) => failing(june, {}, Date.parse(text))?.map(({ path }) => path);
    expect(at("2026-05-31T23:59:59.999Z")).toEqual(["validFrom"]);
    expect(at("2026-06-01")).toBeUndefined();
    expect(at("2026-07-01")).toEqual(["validUntil"]);
  });
});

describe("explain", () => {
  const ladder = { ...emptyCatalogue, ladders: [[role("low"), role("high")]] };
  const both = mapping(rule("a", { group: groupId(1) }, ["low"]), rule("b", { group: groupId(2) }, ["high"]));

  it("keeps the reasons of a role that a higher one outranks", () => {
    const all = facts([person(1, { groups: [group(1), group(2)] })]);
    const said = explain(all, compile(both, ladder), role("low"), now);
    expect(said.roles).toEqual([]);
    expect(said.outranked.map(({ by, reasons }) => [by, reasons.map((one) => one.group)])).toEqual([
      ["high", [groupId(1)]],
    ]);
  });

  it("names the rule that lacks the least", () => {
    const table = mapping(
      rule("far", { all: [{ group: groupId(3) }, { connection: "x" }] }, ["r"]),
      rule("near", { all: [{ group: groupId(3) }, { connection: "okta" }] }, ["r"]),
    );
    expect(explain(facts([person(1)]), compile(table), role("r"), now).nearest?.rule).toBe("near");
  });
});
