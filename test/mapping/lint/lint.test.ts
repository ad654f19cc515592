import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  isNever,
  type Known,
  type KnownGroup,
  lint,
  type Mapping,
  type Rule,
} from "../../../src/mapping/index.ts";
import { holds, naive } from "../oracle.ts";
import { prove } from "../prove.ts";
import {
  anyFacts,
  anyMapping,
  anyNow,
  condition,
  department,
  groupId,
  mapping,
  now,
  role,
  rule,
} from "../support.ts";

const single = new Set(["title", "level", "endDate", department]);
const isSingle = (name: string) => single.has(name);

const group = (number: number, more: Partial<KnownGroup> = {}): KnownGroup => ({
  id: groupId(number),
  externalId: null,
  kind: "group",
  name: `group ${number}`,
  deleted: false,
  ...more,
});
const known = (more: Partial<Known> = {}): Known => ({
  connections: [{ slug: "okta", groups: [group(1), group(2, { deleted: true })] }],
  roles: [
    { key: role("r"), reserved: false },
    { key: role("owner"), reserved: true },
  ],
  scopes: new Set(),
  attributes: new Map([...single, "emails.value"].map((name) => [name, { multiValued: !single.has(name) }])),
  now,
  ...more,
});
const kinds = (table: Mapping, more: Partial<Known> = {}) =>
  lint(table, known(more))
    .filter(({ kind }) => kind !== "unused-role")
    .map(({ kind, rule: id, position }) => `${kind} ${id} ${position}`);
const ofWhen = (when: Rule["when"]) => kinds(mapping(rule("a", when, ["r"])));
const title = (equals: string) => ({ attribute: { name: "title", equals } });
const in1 = { group: groupId(1) };

describe("what lint says", () => {
  it("of a condition that is never true is true of all random facts", () => {
    let never = 0;
    prove(
      fc.property(condition, condition, anyFacts, anyNow, (a, b, all, moment) => {
        for (const when of [a, { all: [a, b] }, { all: [a, { not: a }] }]) {
          if (!isNever(when, isSingle)) continue;
          never++;
          expect(all.people.some((one) => holds(when, one, moment))).toBe(false);
        }
      }),
      { numRuns: 3000 },
    );
    expect(never).toBeGreaterThan(100);
  });

  it("of shadowed and always denied grants is true of all random facts", () => {
    const attributes = new Map([...single].map((name) => [name, { multiValued: false }]));
    const without = ({ rules }: Mapping, id: string, at: number): Mapping => ({
      rules: rules.map((one) =>
        one.id === id ? { ...one, grant: (one.grant ?? []).filter((_, index) => index !== at) } : one,
      ),
    });
    const keys = (...of: Parameters<typeof naive>) => [...naive(...of).keys()].toSorted();
    const none = { ladders: [], reserved: new Set<never>(), scopes: new Set(["library:a", "a"]) };
    let said = 0;
    prove(
      fc.property(
        anyMapping,
        fc.array(anyFacts, { minLength: 3, maxLength: 3 }),
        anyNow,
        ({ rules }, many, moment) => {
          for (const { kind, rule: id, position } of lint({ rules }, known({ attributes }))) {
            if (kind !== "shadowed" && kind !== "always-denied") continue;
            said++;
            const lesser = without({ rules }, id ?? "", Number(position.slice(6, -1)));
            for (const all of many)
              expect(keys(all, lesser, none, moment)).toEqual(keys(all, { rules }, none, moment));
          }
        },
      ),
      { numRuns: 1000 },
    );
    expect(said).toBeGreaterThan(100);
  });

  it.each<readonly [string, Rule["when"]]>([
    ["one value and another", { all: [title("a"), title("b")] }],
    [
      "a value that is not in the list",
      { all: [title("a"), { attribute: { name: "title", in: ["b", "c"] } }] },
    ],
    ["something and not it", { all: [in1, { not: in1 }] }],
    ["a value and nothing", { all: [title("a"), { attribute: { name: "title", present: false } }] }],
    [
      "two connections",
      { all: [{ connection: "okta" }, { groupName: { prefix: "g", connection: "entra" } }] },
    ],
    [
      "a contradiction with every choice",
      { all: [in1, { any: [{ not: in1 }, { all: [title("a"), title("b")] }] }] },
    ],
    [
      "later than a later date",
      {
        all: [
          { attribute: { name: "endDate", before: "2026-01-01" } },
          { attribute: { name: "endDate", after: "2026-02-01" } },
        ],
      },
    ],
  ])("finds that nobody meets %s", (_, when) => {
    expect(ofWhen(when)).toContain("never-true a when");
  });

  it("does not take several values of one attribute for a contradiction", () => {
    const mail = (equals: string) => ({ attribute: { name: "emails.value", equals } });
    expect(ofWhen({ all: [mail("a@acme.test"), mail("b@acme.test")] })).toEqual([]);
  });

  it("names groups, connections and attributes that are not there, and where", () => {
    expect(ofWhen({ any: [in1, { group: groupId(2) }, { not: { group: groupId(3) } }] })).toEqual([
      "unknown-fact a when.any[1]",
      "unknown-fact a when.any[2].not",
    ]);
    expect(ofWhen({ connection: "entra" })).toEqual(["unknown-fact a when"]);
    expect(ofWhen({ groupName: { glob: "nothing*" } })).toEqual(["unknown-fact a when"]);
    expect(ofWhen({ groupName: { glob: "group ?" } })).toEqual([]);
    expect(ofWhen({ attribute: { name: "shoeSize", present: true } })).toEqual(["unknown-fact a when"]);
  });

  it("refuses wildcards and defaults that grant a reserved role", () => {
    expect(kinds(mapping(rule("a", { groupName: { prefix: "g" } }, ["r", "owner"])))).toEqual([
      "reserved-role a grant[1]",
    ]);
    expect(kinds({ rules: [], defaults: [{ connection: "okta", grant: [role("owner")] }] })).toEqual([
      "reserved-role null defaults[0].grant[0]",
    ]);
    expect(kinds(mapping(rule("a", in1, ["owner"])))).toEqual([]);
    expect(kinds(mapping(rule("a", { all: [title("x"), in1] }, ["owner"])))).toEqual([]);
  });

  it.each([
    ["a connection", { connection: "okta" }],
    ["an attribute", title("x")],
    ["not being in a group", { not: in1 }],
    ["one of two, of which one names no group", { any: [in1, { connection: "okta" }] }],
  ])("refuses a reserved role by %s", (_, when) => {
    expect(kinds(mapping(rule("a", when, ["owner"])))).toContain("reserved-role a grant[0]");
  });

  it("finds needless rules, grants that are always denied, and rules of the past", () => {
    const wide = rule("wide", in1, ["r"]);
    expect(kinds(mapping(rule("a", { all: [in1, title("x")] }, ["r"]), wide))).toEqual([
      "shadowed a grant[0]",
    ]);
    expect(kinds(mapping(wide, rule("again", in1, ["r"])))).toEqual(["shadowed again grant[0]"]);
    expect(kinds(mapping(wide, rule("no", { connection: "okta" }, [], ["r"])))).toEqual([]);
    expect(kinds(mapping(wide, rule("no", { any: [in1, title("x")] }, [], ["r"])))).toEqual([
      "always-denied wide grant[0]",
    ]);
    expect(kinds(mapping({ ...wide, validUntil: "2026-01-01" }))).toEqual(["expired wide validUntil"]);
    const inDays = (days: number) => new Date(now + days * 86_400_000).toISOString();
    expect(kinds(mapping({ ...wide, validUntil: inDays(29) }))).toEqual(["expires-soon wide validUntil"]);
    expect(kinds(mapping({ ...wide, validUntil: inDays(31) }))).toEqual([]);
  });

  it("names roles that nobody made, roles that nobody grants, and scopes that are not in the catalogue", () => {
    const table = mapping({
      ...rule("a", in1, ["typo"]),
      grant: [role("typo"), { role: role("r"), scope: "x" }],
    });
    expect(lint(table, known()).map(({ kind, sentence }) => [kind, sentence])).toEqual([
      ["unknown-scope", "The catalogue has no scope x; add it, or correct the name."],
      ["unknown-role", "There is no role typo; create it, or correct the name."],
      ["unused-role", "No rule grants the role owner; add one, or drop the role."],
    ]);
  });
});
