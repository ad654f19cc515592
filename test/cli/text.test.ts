import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exactMoment, jsonText, moment, momentAfter, plain } from "../../src/cli/output/index.ts";

const anyText = fc.string({ unit: "binary" });
// biome-ignore lint/suspicious/noControlCharactersInRegex: that they are gone is the point.
const acting = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

describe("plain", () => {
  it("shows what would act on a terminal", () => {
    expect(plain("\u001b[31mred\u0007")).toBe("\\x1b[31mred\\x07");
    expect(plain("a\r\nb\tc")).toBe("a\\x0d\\x0ab\\x09c");
    expect(plain("\u009b2J")).toBe("\\x9b2J");
    expect(plain("user\u202eexe.txt")).toBe("user\\u202eexe.txt");
    expect(plain("\u2028")).toBe("\\u2028");
  });

  it("leaves names of every language as they are", () => {
    for (const name of ["Ada Lovelace", "Łukasz Żak", "王秀英", "محمد", "👩‍🚀", "O’Brien"]) {
      expect(plain(name)).toBe(name);
    }
  });

  it("leaves nothing that acts, whatever the text, and changes nothing the second time", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(plain(text)).not.toMatch(acting);
        expect(plain(plain(text))).toBe(plain(text));
      }),
    );
  });
});

describe("jsonText", () => {
  it("is the same value for whoever parses it, and nothing in it acts", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary" }), (value) => {
        const text = jsonText(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(text.replaceAll("\n", "")).not.toMatch(acting);
      }),
    );
  });
});

describe("times", () => {
  const at = new Date(2026, 10, 22, 16, 5, 9);
  it("are in the reader's zone", () => {
    expect(moment(at.toISOString())).toBe("2026-11-22 16:05");
    expect(exactMoment(at.toISOString())).toBe("2026-11-22 16:05:09");
  });

  it("are short beside another of the same day", () => {
    const sameDay = new Date(2026, 10, 22, 1, 0).toISOString();
    const dayBefore = new Date(2026, 10, 21, 23, 59).toISOString();
    expect(momentAfter(at.toISOString(), sameDay)).toBe("16:05");
    expect(momentAfter(at.toISOString(), dayBefore)).toBe("2026-11-22 16:05");
  });

  it("stay as they are where they are none", () => {
    expect(moment("soon")).toBe("soon");
    expect(exactMoment("soon")).toBe("soon");
    expect(momentAfter("soon", "later")).toBe("soon");
  });
});
