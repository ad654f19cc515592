/** What operators type: what passes, what is refused, and that the sentence names the field. */
import { Effect, Exit } from "effect";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  countOf,
  descriptionOf,
  expiryOf,
  idOf,
  labelOf,
  roleKeyOf,
  slugOf,
} from "../../src/tenancy/input.ts";

const passes = <A, E>(effect: Effect.Effect<A, E>) => Exit.isSuccess(Effect.runSyncExit(effect));
const sentence = <A>(effect: Effect.Effect<A, { readonly detail: string }>) =>
  Effect.runSync(Effect.flip(effect)).detail;

describe("labels", () => {
  it.each(["a", "Okta production", "日本語", "é", "👩‍💻 laptop", "x".repeat(100)])("pass: %j", (text) => {
    expect(passes(labelOf("label", text))).toBe(true);
  });

  it.each([
    "",
    "   ",
    "x".repeat(101),
    "a\nb",
    "a\rb",
    "\t",
    "a\0b",
    "\u001b[2Jx",
    "\u202egpj.exe",
    "a\u2028b",
    "\ud800",
  ])("are refused: %j", (text) => {
    expect(passes(labelOf("label", text))).toBe(false);
    expect(sentence(labelOf("label", text))).toMatch(/^label: use at (most|least) /);
  });

  it("never hold a control character, whatever comes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 120 }), (text) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for.
        if (/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(text)) {
          expect(passes(labelOf("label", text))).toBe(false);
        }
      }),
    );
  });
});

describe("other values", () => {
  it("name their field when refused", () => {
    expect(sentence(slugOf("slug", "No"))).toMatch(/^slug: use 1 to 63 lower-case/);
    expect(sentence(roleKeyOf("key", "No No"))).toMatch(/^key: use 1 to 127 lower-case/);
    expect(sentence(idOf("after", "7"))).toMatch(/^after: /);
    expect(sentence(countOf("first", 0))).toBe("first: use 1 to 500.");
    expect(sentence(expiryOf(new Date(0)))).toMatch(/^expiresAt: /);
  });

  it("pass at their bounds", () => {
    expect(passes(descriptionOf("description", ""))).toBe(true);
    expect(passes(descriptionOf("description", "x".repeat(1000)))).toBe(true);
    expect(passes(descriptionOf("description", "x".repeat(1001)))).toBe(false);
    for (const count of [1, 500]) expect(passes(countOf("first", count))).toBe(true);
    for (const count of [0, 501, -1, 1.5, Number.NaN]) expect(passes(countOf("first", count))).toBe(false);
    expect(passes(expiryOf(null))).toBe(true);
    expect(passes(expiryOf(new Date(Date.now() + 60_000)))).toBe(true);
    expect(passes(idOf("after", "00000000-0000-7000-8000-000000000000"))).toBe(true);
    expect(passes(idOf("after", "00000000-0000-7000-8000-00000000000A"))).toBe(false);
  });
});
