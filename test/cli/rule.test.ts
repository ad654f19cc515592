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
    ['in a group whose name begins with "eng-"', { groupName: { prefix: "eng-" } }],
    [
      'in a realm-role whose name looks like "a*" (connection kc)',
      { groupName: { glob: "a*", connection: "kc", kind: "realm-role" } },
    ],
    ["in any client-role", { groupKind: "client-role" }],
    ["endDate is before now", { attribute: { name: "endDate", before: "now" } }],
    ["endDate is after 2026-01-31", { attribute: { name: "endDate", after: "2026-01-31" } }],
    ["has an email address at acme.test", { emailDomain: "acme.test" }],
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

  it("shows captured scopes, validity and default roles", () => {
    const when = { groupName: { glob: "lib-{scope}" } };
    const grant = [{ role: "m", scopeFrom: "library:{scope}", createScope: true }];
    const rule = { id: "one", when, grant, validUntil: "2026-09-01" };
    const mapping = decodeMapping({ rules: [rule], defaults: [{ connection: "x", grant: ["g"] }] });
    if (mapping._tag === "Failure") throw mapping.failure;
    const text = ruleLines(mapping.success).map((line) => line.text);
    expect(text[1]).toContain("m in library:{scope}, made if new  until 2026-09-01");
    expect(text[2]).toMatch(/^default:x +comes from x +g$/);
  });

  it("says that an empty mapping grants nothing", () => {
    expect(lines([])).toEqual(["No rule: it grants nothing."]);
  });
});
