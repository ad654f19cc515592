import { Result } from "effect";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openCursor } from "../../../src/scim/filter/cursor.ts";
import { filterRule, pathRule } from "../../../src/scim/filter/grammar.ts";
import {
  parseFilter,
  parsePath,
  printFilter,
  printPath,
  stepsPerCharacter,
} from "../../../src/scim/filter/index.ts";
import { filters, withoutPositions } from "./support.ts";

const fragments = [
  "(",
  ")",
  "[",
  "]",
  "not",
  "not (",
  " and ",
  " or ",
  "a",
  "a pr",
  "emails[",
  "emails[type eq ",
  "].value eq ",
  '"',
  '\\"',
  '"\\\\"',
  '"x"',
  " eq ",
  " pr",
  "1",
  "-",
  "1e9",
  "true",
  "null",
  " ",
  "urn:a:b:c",
  ".",
  "__proto__",
  "constructor",
  "\u0000",
  "é",
  "\ud800",
];

const structured = fc.array(fc.constantFrom(...fragments), { maxLength: 400 }).map((parts) => parts.join(""));

const repeated = fc
  .tuple(fc.constantFrom(...fragments), fc.nat(2_100), fc.constantFrom(...fragments))
  .map(([part, times, end]) => part.repeat(times) + end);

const anyText = fc.oneof(fc.string({ unit: "binary", maxLength: 300 }), structured, repeated);

const stepsOf = (text: string, rule: typeof filterRule | typeof pathRule): number => {
  const cursor = openCursor(text, true);
  rule(cursor);
  return cursor.steps;
};

describe("the parser on any text", () => {
  it("never throws", () => {
    fc.assert(
      fc.property(anyText, fc.boolean(), (text, bareWords) => {
        expect(parseFilter(text, { bareWords })._tag).toMatch(/Success|Failure/);
        expect(parsePath(text)._tag).toMatch(/Success|Failure/);
      }),
      { numRuns: 2_000 },
    );
  });

  it("takes steps in proportion to the length, also where it fails", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const bound = stepsPerCharacter * (text.length + 1);
        expect(stepsOf(text, filterRule)).toBeLessThanOrEqual(bound);
        expect(stepsOf(text, pathRule)).toBeLessThanOrEqual(bound);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ["parentheses", "(".repeat(2_048)],
    ["closed parentheses", `${"(".repeat(1_020)}a pr${")".repeat(1_020)}`],
    ["nots", "not (".repeat(400)],
    ["an open string with escapes", `a eq "${'\\"'.repeat(1_000)}`],
    ["a long string with escapes", `a eq "${"\\\\".repeat(1_000)}"`],
    ["value filters", "emails[".repeat(290)],
    ["ands", Array.from({ length: 220 }, () => "a pr").join(" and ")],
    ["ors of groups", Array.from({ length: 200 }, () => "(a pr)").join(" or ")],
    ["digits", `a eq ${"1".repeat(2_000)}x`],
    ["a long name", `${"a.".repeat(1_020)} pr`],
    ["spaces", `${" ".repeat(2_040)}a pr`],
    ["a megabyte", "(".repeat(1_000_000)],
  ])("reads or refuses %s in linear steps", (_, text) => {
    expect(stepsOf(text, filterRule)).toBeLessThanOrEqual(stepsPerCharacter * (text.length + 1));
  });

  it("reports the steps it took", () => {
    const result = Result.getOrUndefined(parseFilter("a pr"));
    expect(result?.steps).toBe(stepsOf("a pr", filterRule));
    expect(result?.steps).toBeGreaterThanOrEqual(4);
  });
});

describe("printing", () => {
  it("gives a text that parses to the same tree", () => {
    fc.assert(
      fc.property(filters, (filter) => {
        const text = printFilter(filter);
        fc.pre(text.length <= 2_048);
        const parsed = parseFilter(text);
        expect(Result.isSuccess(parsed)).toBe(true);
        if (Result.isSuccess(parsed)) {
          expect(withoutPositions(parsed.success.filter)).toEqual(withoutPositions(filter));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it.each(["userName", `emails[type eq "work"]`, `emails[type eq "work" and not (primary pr)].value`])(
    "gives the path %s back",
    (text) => {
      expect(Result.map(parsePath(text), printPath)).toEqual(Result.succeed(text));
    },
  );
});
