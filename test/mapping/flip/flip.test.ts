/** What is said to change a role does change it, by the public engine, and nothing smaller does. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Facts } from "../../../src/domain/index.ts";
import { slotOf } from "../../../src/mapping/flip/change.ts";
import { joinable } from "../../../src/mapping/flip/groups.ts";
import { questionOf } from "../../../src/mapping/flip/question.ts";
import { valuesFor } from "../../../src/mapping/flip/values.ts";
import {
  applyChanges,
  type Catalogue,
  type Change,
  type CompiledMapping,
  changeKey,
  changeText,
  compile,
  desiredRoles,
  emptyCatalogue,
  gainOf,
  lossOf,
  type Mapping,
  type Rule,
  type Surroundings,
} from "../../../src/mapping/index.ts";
import { prove } from "../prove.ts";
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
} from "../support.ts";

const reader = role("reader");
const has = (all: Facts, table: CompiledMapping, moment = now, key = reader) =>
  desiredRoles(all, table, moment).roles.some((one) => one.role === key);

const around: Surroundings = {
  groups: [
    { id: groupId(7), connection: "okta", externalId: "a", kind: "group", name: "lib-a" },
    { id: groupId(8), connection: "entra", externalId: "b", kind: "realm-role", name: "Sales" },
    { id: groupId(1), connection: "okta", externalId: null, kind: "group", name: "admin" },
  ],
  connections: [connection("okta"), connection("entra", { kind: "keycloak" })],
};

/** Every change that anything of the mapping makes thinkable, whether it would help or not. */
const thinkable = (all: Facts, table: CompiledMapping, moment: number): ReadonlyArray<Change> => {
  const question = questionOf(table, reader, moment, around);
  const taken = new Set(all.people.map((one) => one.connection.id));
  const appears = [...new Map([...all.lost, ...around.connections].map((one) => [one.id, one])).values()]
    .filter(({ id }) => !taken.has(id))
    .map((one): Change => ({ kind: "appear", connection: one }));
  const { people } = applyChanges(all, appears);
  const changes = people.flatMap((one): ReadonlyArray<Change> => {
    const base = { person: one.id, connection: one.connection.slug };
    const ofTests = [...question.tests].flatMap((test): ReadonlyArray<Change> => {
      const { leaf } = test;
      const asked = { ...base, leaf, wanted: true };
      if ("attribute" in leaf) {
        const { name } = leaf.attribute;
        return valuesFor(question, name).map(({ value, isNamed }) => ({
          kind: "attribute",
          ...asked,
          name,
          value,
          isNamed,
        }));
      }
      if ("emailDomain" in leaf)
        return [true, false].map((wanted) => ({
          kind: "address",
          ...base,
          domain: leaf.emailDomain,
          wanted,
        }));
      return joinable(question, one, test).map((found) => ({ kind: "join", ...asked, ...found }));
    });
    return [
      { kind: "enable", connection: one.connection },
      ...(one.active ? [] : [{ kind: "activate" as const, ...base }]),
      ...one.groups.map((of): Change => ({ kind: "leave", ...base, group: of })),
      ...ofTests,
    ];
  });
  return [
    ...new Map(
      [...appears, ...changes].map((one) => [
        `${changeKey(one)} ${one.kind === "address" ? one.wanted : ""}`,
        one,
      ]),
    ).values(),
  ];
};

const subsets = function* (
  all: ReadonlyArray<Change>,
  size: number,
  from = 0,
  chosen: ReadonlyArray<Change> = [],
): Generator<ReadonlyArray<Change>> {
  if (size === 0) {
    yield chosen;
    return;
  }
  for (let index = from; index < all.length; index++) {
    const next = all[index];
    if (next === undefined || chosen.some((one) => slotOf(one) === slotOf(next))) continue;
    yield* subsets(all, size - 1, index + 1, [...chosen, next]);
  }
};

const most = 4000;

/** The size of the smallest set up to `size` that gives the role; `null` where there is none, or too much to try. */
const smallest = (all: Facts, table: CompiledMapping, moment: number, size: number): number | null => {
  const changes = thinkable(all, table, moment);
  let tried = 0;
  for (let count = 0; count <= size; count++) {
    for (const some of subsets(changes, count)) {
      if (tried++ > most) return null;
      if (has(applyChanges(all, some), table, moment)) return count;
    }
  }
  return null;
};

const small = fc.record({
  all: anyFacts.map((one): Facts => ({ ...one, people: one.people.slice(0, 2) })),
  table: anyMapping.map(({ rules, ...more }): Mapping => ({ ...more, rules: rules.slice(0, 3) })),
  catalogue: anyCatalogue,
  moment: anyNow,
});

const enough = 100_000;

describe("what would give a role", () => {
  it("gives it", () => {
    let given = 0;
    prove(
      fc.property(anyFacts, anyMapping, anyCatalogue, anyNow, (all, source, catalogue, moment) => {
        const table = compile(source, catalogue);
        const gain = gainOf(all, table, reader, moment, around);
        if (gain === null) return;
        given++;
        expect(has(applyChanges(all, gain.changes), table, moment)).toBe(true);
        expect(has(all, table, moment)).toBe(gain.changes.length === 0);
      }),
      { numRuns: 1000 },
    );
    expect(given).toBeGreaterThan(300);
  });

  it("is the smallest set of changes that does, but for very few, and always where that is said to be proven", () => {
    const sizes = new Map<number, number>();
    let larger = 0;
    prove(
      fc.property(small, ({ all, table: source, catalogue, moment }) => {
        const table = compile(source, catalogue);
        const gain = gainOf(all, table, reader, moment, around, enough);
        if (gain === null) {
          expect(smallest(all, table, moment, 2)).toBeNull();
          return;
        }
        const size = gain.changes.length;
        expect(gain.isProven).toBe(size <= 1);
        sizes.set(size, (sizes.get(size) ?? 0) + 1);
        if (smallest(all, table, moment, size - 1) === null) return;
        expect(gain.isProven).toBe(false);
        larger += 1;
      }),
      { numRuns: 1000 },
    );
    expect(sizes.get(2) ?? 0).toBeGreaterThan(20);
    expect(larger).toBeLessThan(10);
  });

  it("is found by whoever may look at one set only, and is the smallest where that is said to be proven", () => {
    let unproven = 0;
    prove(
      fc.property(small, ({ all, table: source, catalogue, moment }) => {
        const table = compile(source, catalogue);
        fc.pre(!has(all, table, moment));
        const hasty = gainOf(all, table, reader, moment, around, 1);
        if (hasty === null) return;
        const size = hasty.changes.length;
        if (hasty.isProven) expect(smallest(all, table, moment, size - 1)).toBeNull();
        else unproven++;
        expect(has(applyChanges(all, hasty.changes), table, moment)).toBe(true);
      }),
      { numRuns: 300 },
    );
    expect(unproven).toBeGreaterThan(10);
  });
});

const said = (all: Facts, table: Mapping, catalogue: Partial<Catalogue> = {}, at: Surroundings = around) =>
  gainOf(all, compile(table, { ...emptyCatalogue, ...catalogue }), role("r"), now, at)?.changes.map(
    changeText,
  );
const alone = facts([person(1)]);
const in1 = { group: groupId(1) };
const boss = { attribute: { name: "title", equals: "boss" } };

describe("the sentences", () => {
  it.each<readonly [string, Rule["when"], ReadonlyArray<string>]>([
    ["a group by id, by its name", in1, ['would have to be a member of group "admin" (connection okta)']],
    [
      "a group nobody knows",
      { group: groupId(3) },
      [`would have to be a member of the group ${groupId(3)} (connection okta)`],
    ],
    ["a value", boss, ['attribute title would have to be "boss" (connection okta)']],
    [
      "what both lists have",
      {
        all: [
          { attribute: { name: "title", in: ["a", "b"] } },
          { attribute: { name: "title", in: ["b", "c"] } },
        ],
      },
      ['attribute title would have to be "b" (connection okta)'],
    ],
    [
      "a date, without one",
      { attribute: { name: "endDate", before: "now" } },
      ["attribute endDate would have to be before now (connection okta)"],
    ],
    [
      "an address",
      { emailDomain: "acme.test" },
      ["would have to have an email address at acme.test (connection okta)"],
    ],
    ["another connection", { connection: "entra" }, ["would have to come through connection entra"]],
    [
      "one group for two conditions",
      { all: [{ groupName: { prefix: "lib" } }, { groupName: { glob: "*-a" } }] },
      ['would have to be a member of group "lib-a" (connection okta)'],
    ],
  ])("name %s", (_, when, sentences) => {
    expect(said(alone, mapping(rule("a", when, ["r"])))).toEqual(sentences);
  });

  it("tell no value of the person", () => {
    const named = facts([person(1, { attributes: { title: "secret" } })]);
    expect(
      said(named, mapping(rule("a", { not: { attribute: { name: "title", present: true } } }, ["r"]))),
    ).toEqual(["attribute title would have to be absent (connection okta)"]);
  });

  it("name what must end: a denial's groups, a disabled connection, inactivity", () => {
    const denied = mapping(rule("a", { connection: "okta" }, ["r"]), rule("b", in1, [], ["r"]));
    const within = { groups: [group(1)] };
    expect(said(facts([person(1, within)]), denied)).toEqual([
      'would have to leave group "group 1" (connection okta)',
    ]);
    const off = connection("okta", { enabled: false });
    expect(said(facts([person(1, { connection: off })]), denied)).toEqual([
      "connection okta would have to be enabled",
    ]);
    const waits = connection("okta", { waits: true });
    expect(said(facts([person(1, { connection: waits })]), denied)).toEqual([
      "the plan of connection okta's first sync would have to be applied",
    ]);
    expect(said(facts([person(1, { active: false })]), denied)).toEqual([
      "would have to be active (connection okta)",
    ]);
  });

  it("name what stands above in a ladder", () => {
    const ladders = [[role("r"), role("top")]];
    const table = mapping(rule("a", { connection: "okta" }, ["r"]), rule("b", in1, ["top"]));
    expect(said(facts([person(1, { groups: [group(1)] })]), table, { ladders })).toEqual([
      'would have to leave group "group 1" (connection okta)',
    ]);
  });

  it("are none where no rule can give the role", () => {
    expect(said(alone, mapping(rule("a", in1, ["other"])))).toBeUndefined();
    expect(said(alone, mapping(rule("a", { all: [boss, { not: boss }] }, ["r"])))).toBeUndefined();
  });

  it("are about the rule that lacks the least", () => {
    const table = mapping(
      rule("far", { all: [boss, { attribute: { name: department, equals: "x" } }] }, ["r"]),
      rule("near", { all: [boss, { connection: "okta" }] }, ["r"]),
    );
    expect(gainOf(alone, compile(table), role("r"), now)?.rule).toBe("near");
  });
});

describe("what would take a role away", () => {
  it("does, each alone, and nothing else of its kind does", () => {
    let ended = 0;
    prove(
      fc.property(anyFacts, anyMapping, anyCatalogue, anyNow, (all, source, catalogue, moment) => {
        const table = compile(source, catalogue);
        const loss = lossOf(all, table, reader, moment);
        expect(loss !== null).toBe(has(all, table, moment));
        if (loss === null) return;
        for (const one of loss.changes) {
          ended++;
          expect(has(applyChanges(all, [one]), table, moment)).toBe(false);
        }
        for (const each of source.rules) {
          const rest = compile(
            { ...source, rules: source.rules.filter((other) => other !== each) },
            catalogue,
          );
          expect(loss.rules.includes(each.id)).toBe(!has(all, rest, moment));
        }
        const keys = new Set(loss.changes.map(changeKey));
        for (const one of all.people.filter(({ active }) => active)) {
          const base = { person: one.id, connection: one.connection.slug };
          const single: ReadonlyArray<Change> = [
            { kind: "deactivate", ...base },
            ...one.groups.map((of): Change => ({ kind: "leave", ...base, group: of })),
          ];
          for (const change of single)
            expect(keys.has(changeKey(change))).toBe(!has(applyChanges(all, [change]), table, moment));
        }
      }),
      { numRuns: 1000 },
    );
    expect(ended).toBeGreaterThan(100);
  });

  it("is nothing single where several reasons hold it, and says how many", () => {
    const table = compile(mapping(rule("a", in1, ["r"]), rule("b", { group: groupId(2) }, ["r"])));
    const both = facts([person(1, { groups: [group(1), group(2)] })]);
    const loss = lossOf(both, table, role("r"), now);
    expect(loss).toMatchObject({ rules: [], byRules: 2, byReasons: 2 });
    expect(loss?.changes.map(({ kind }) => kind)).toEqual(["deactivate"]);
  });
});
