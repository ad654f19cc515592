import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile, desiredRoles, instantOf, nextMoment, type Rule } from "../../src/mapping/index.ts";
import { prove } from "./prove.ts";
import {
  anyCatalogue,
  anyFacts,
  anyMapping,
  anyNow,
  dates,
  facts,
  group,
  groupId,
  mapping,
  now,
  person,
  rule,
} from "./support.ts";

const day = 24 * 3600_000;

describe("the next moment", () => {
  it("is never later than a change that time alone makes", () => {
    prove(
      fc.property(anyFacts, anyMapping, anyCatalogue, anyNow, (all, table, catalogue, moment) => {
        const compiled = compile(table, catalogue);
        const next = nextMoment(all, compiled, moment) ?? Infinity;
        expect(next).toBeGreaterThan(moment);
        const { evaluated: _, ...before } = desiredRoles(all, compiled, moment);
        const later = Object.values(dates).flatMap((one) => [one - 1, one, one + 1]);
        for (const at of later.filter((one) => moment < one && one < next)) {
          const { evaluated: _, ...then } = desiredRoles(all, compiled, at);
          expect(then).toEqual(before);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("is when a date of the person passes, and the role is gone then without any event", () => {
    const table = compile(
      mapping(rule("a", { not: { attribute: { name: "endDate", before: "now" } } }, ["r"])),
    );
    const ending = facts([person(1, { attributes: { endDate: "2026-06-02" } })]);
    const next = nextMoment(ending, table, now) ?? 0;
    expect(next).toBe(Date.parse("2026-06-02") + 1);
    expect(desiredRoles(ending, table, next - 1).roles).toHaveLength(1);
    expect(desiredRoles(ending, table, next).roles).toHaveLength(0);
    expect(nextMoment(ending, table, next)).toBeNull();
  });

  it("is when a rule for a group of the person begins or ends, and no other rule's", () => {
    const until = (id: string, at: number, more: object): Rule => ({
      ...rule(id, { group: groupId(at) }, ["r"]),
      ...more,
    });
    const table = compile(
      mapping(until("a", 1, { validUntil: "2026-06-05" }), until("b", 2, { validFrom: "2026-06-02" })),
    );
    expect(nextMoment(facts([person(1, { groups: [group(1)] })]), table, now)).toBe(Date.parse("2026-06-05"));
    expect(nextMoment(facts([person(1, { groups: [group(1)] })]), table, now + 9 * day)).toBeNull();
  });
});

describe("a date", () => {
  it.each([
    ["2026-06-01", Date.UTC(2026, 5, 1)],
    ["2026-06-01T12:00:00", Date.UTC(2026, 5, 1, 12)],
    ["2026-06-01T12:00:00.123456Z", Date.UTC(2026, 5, 1, 12, 0, 0, 123)],
    ["2026-06-01T12:00:00-01:30", Date.UTC(2026, 5, 1, 13, 30)],
  ])("%s is read", (text, moment) => {
    expect(instantOf(text)).toBe(moment);
  });

  it.each(["", "now", "2026-02-30", "2026-6-1", "20260601", "2026-06-01T25:00:00Z", "1 June 2026"])(
    "%j is none",
    (text) => {
      expect(instantOf(text)).toBeNull();
    },
  );
});
