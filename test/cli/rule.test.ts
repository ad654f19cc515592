import { describe, expect, it } from "vitest";
import { ruleLines, whenText } from "../../src/cli/rule.ts";
import { DirectoryGroupId } from "../../src/domain/index.ts";
import { type Condition, decodeMapping } from "../../src/mapping/index.ts";

const group = DirectoryGroupId.make("01a20427-f0a3-74f3-8e94-91450452f9ee");

describe("whenText", () => {
  const said: ReadonlyArray<readonly [string, Condition]> = [
    [`in the group ${group}`, { group }],
    ['in the group that okta calls "00g1"', { externalGroup: { connection: "okta", id: "00g1" } }],
    ['in a group named "Eng"', { groupName: { equals: "Eng" } }],
    ['in a group named "Eng" (connection okta)', { groupName: { equals: "Eng", connection: "okta" } }],
    ['title = "CFO"', { attribute: { name: "title", equals: "CFO" } }],
    ['title is one of "CFO", 7', { attribute: { name: "title", in: ["CFO", 7] } }],
    ["has title", { attribute: { name: "title", present: true } }],
    ["has no title", { attribute: { name: "title", present: false } }],
    ["comes from okta", { connection: "okta" }],
    ["not (comes from okta)", { not: { connection: "okta" } }],
  ];

  it.each(said)("%s", (text, when) => {
    expect(whenText(when)).toBe(text);
  });

  it("keeps apart what belongs together", () => {
    const [a, b, c] = ["a", "b", "c"].map((connection) => ({ connection }));
    if (a === undefined || b === undefined || c === undefined) throw new Error("three");
    expect(whenText({ all: [a, { any: [b, c] }] })).toBe("comes from a and (comes from b or comes from c)");
  });
});

describe("ruleLines", () => {
  const lines = (rules: ReadonlyArray<object>) => {
    const mapping = decodeMapping({ rules });
    if (mapping._tag === "Failure") throw mapping.failure;
    return ruleLines(mapping.success).map(({ text }) => text);
  };

  it("shows grants with their scopes, and denials", () => {
    const rule = {
      id: "one",
      when: { connection: "x" },
      grant: ["a", { role: "b", scope: "s" }],
      deny: ["c"],
    };
    expect(lines([rule])).toEqual([
      "RULE  WHEN          GRANTS     DENIES",
      "one   comes from x  a, b in s  c",
    ]);
  });

  it("says that an empty mapping grants nothing", () => {
    expect(lines([])).toEqual(["No rule: it grants nothing."]);
  });
});
