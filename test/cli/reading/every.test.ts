import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { durationText, everyText, secondsOf } from "../../../src/cli/reading/every.ts";

describe("a span of time", () => {
  it.each([
    ["90s", 90],
    ["15m", 900],
    ["1h", 3_600],
    ["1d", 86_400],
    ["off", null],
    ["15", undefined],
    ["m", undefined],
    ["1.5h", undefined],
    ["-5m", undefined],
    ["15 m", undefined],
    ["15M", undefined],
    ["", undefined],
  ])("%s is %s seconds", (text, seconds) => {
    expect(secondsOf(text)).toBe(seconds);
  });

  it("reads what it writes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999 }), (seconds) => {
        expect(secondsOf(everyText(seconds))).toBe(seconds);
      }),
    );
    expect(everyText(900)).toBe("15m");
    expect(everyText(null)).toBe("off");
  });

  it.each([
    [0, "0 ms"],
    [999, "999 ms"],
    [1_250, "1.3 s"],
    [59_900, "59.9 s"],
    [125_000, "2 min 5 s"],
  ])("of %i milliseconds is %s", (millis, text) => {
    expect(durationText(millis)).toBe(text);
  });
});
