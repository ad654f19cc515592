import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fold } from "../../../src/scim/schema/index.ts";

describe("folding a name", () => {
  it.each([
    ["BJensen@Example.COM", "bjensen@example.com", "capitals"],
    ["Ame\u0301lie", "am\u00e9lie", "composed and decomposed"],
    ["\u212a", "k", "canonical equivalents"],
    ["ÀÉ", "àé", "accents"],
  ])("makes %j and %j the same: %s", (left, right) => {
    expect(fold(left)).toBe(fold(right));
  });

  it.each([
    ["\ufb01", "fi", "compatibility characters"],
    ["\u0131", "i", "the dotless i"],
    ["ａ", "a", "full width letters"],
    ["straße", "strasse", "sharp s"],
    ["\u0430", "a", "Cyrillic letters"],
  ])("keeps %j and %j apart: %s", (left, right) => {
    expect(fold(left)).not.toBe(fold(right));
  });

  it("changes nothing the second time", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(fold(fold(text))).toBe(fold(text));
      }),
      { numRuns: 2_000 },
    );
  });
});
