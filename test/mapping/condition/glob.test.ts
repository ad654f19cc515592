import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  captured,
  globProblem,
  literalHead,
  longestPart,
  matchesGlob,
  parseGlob,
} from "../../../src/mapping/condition/index.ts";
import { expression } from "../oracle.ts";
import { prove } from "../prove.ts";

const letters = fc.array(fc.constantFrom("a", "b", "-", "."), { maxLength: 8 }).map((all) => all.join(""));
const pattern = fc
  .array(fc.constantFrom("a", "b", "-", ".", "{", "*", "?", "{scope}"), { maxLength: 7 })
  .map((all) => all.join(""))
  .filter((text) => globProblem(text) === null);

describe("a pattern", () => {
  it("matches as the same regular expression does, and captures the same", () => {
    prove(
      fc.property(pattern, letters, (glob, text) => {
        const parsed = parseGlob(glob);
        const found = expression(glob).exec(text);
        expect(matchesGlob(parsed, text)).toBe(found !== null);
        if (found?.[1] !== undefined) expect(captured(parsed, text)).toBe(found[1]);
        if (found !== null) expect(text.startsWith(literalHead(parsed))).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it("costs at most a fixed number of steps for each character, also where it is made to stall", () => {
    const nasty = fc
      .array(fc.constantFrom("a", "aa", "?", "a?", "*", "b"), { maxLength: 200 })
      .map((all) => all.join(""))
      .filter((text) => globProblem(text) === null);
    const length = fc.integer({ min: 0, max: 3000 });
    prove(
      fc.property(nasty, length, (glob, many) => {
        const meter = { steps: 0 };
        const text = "a".repeat(many);
        matchesGlob(parseGlob(glob), text, meter);
        expect(meter.steps).toBeLessThanOrEqual(longestPart * text.length + glob.length);
      }),
      { numRuns: 500 },
    );
  });

  it("is refused with the place where it could stall or mean two things", () => {
    const long = "x".repeat(longestPart + 1);
    expect(globProblem(`ab*${long}*`)).toMatch(/^character 4: use at most 32 characters between two \*/);
    expect(globProblem(`${long}*${long}`)).toBeNull();
    expect(globProblem("lib-{scope}-{scope}")).toMatch(/^character 13: /);
    expect(globProblem("lib-{scope}-*")).toMatch(/^character 13: /);
  });
});
