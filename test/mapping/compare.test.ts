import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Mapping, mappingDifference, type Rule } from "../../src/mapping/index.ts";
import { prove } from "./prove.ts";
import { anyMapping, groupId, mapping, role, rule, shuffled } from "./support.ts";

const nothing = { added: [], removed: [], changed: [] };
const in1 = { group: groupId(1) };

describe("the difference of two versions", () => {
  it("is nothing between a mapping and itself in another order", () => {
    const reordered = anyMapping.chain((table) =>
      shuffled(table.rules).map((rules): readonly [Mapping, Mapping] => [
        table,
        {
          ...table,
          rules: rules.map((one): Rule => ({ ...one, grant: (one.grant ?? []).toReversed() })),
        },
      ]),
    );
    prove(
      fc.property(reordered, ([before, after]) => {
        expect(mappingDifference(before, after)).toEqual(nothing);
      }),
    );
  });

  it("leads from the one to the other, and back the other way", () => {
    prove(
      fc.property(anyMapping, anyMapping, ({ rules: a }, { rules: b }) => {
        const { added, removed, changed } = mappingDifference({ rules: a }, { rules: b });
        const gone = new Set([...removed, ...changed].map(({ id }) => id));
        const made = [...a.filter(({ id }) => !gone.has(id)), ...added, ...changed.map(({ after }) => after)];
        expect(mappingDifference({ rules: made as ReadonlyArray<Rule> }, { rules: b })).toEqual(nothing);
        const back = mappingDifference({ rules: b }, { rules: a });
        expect([back.added, back.removed, back.changed.length]).toEqual([removed, added, changed.length]);
      }),
      { numRuns: 300 },
    );
  });

  it("names the parts of a rule that changed, and nothing that only looks different", () => {
    const before = mapping(rule("a", in1, ["r"]));
    const after: Mapping = {
      rules: [{ id: "a", when: { not: in1 }, grant: [role("r"), role("s")], validUntil: "2027-01-01" }],
    };
    expect(mappingDifference(before, after).changed.map(({ parts }) => parts)).toEqual([
      ["when", "grant", "validUntil"],
    ]);
    const bare: Mapping = { rules: [{ id: "a", when: in1, grant: [role("r")] }] };
    expect(mappingDifference(before, bare)).toEqual(nothing);
  });

  it("takes what a connection gives to everybody for a rule", () => {
    const table: Mapping = { rules: [], defaults: [{ connection: "okta", grant: [role("guest")] }] };
    expect(mappingDifference({ rules: [] }, table).added.map(({ id }) => id)).toEqual(["default:okta"]);
  });
});
