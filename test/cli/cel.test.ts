import { describe, expect, it } from "vitest";
import { withCel } from "../../src/cli/cel.ts";
import { decodeMapping } from "../../src/mapping/index.ts";

describe("a mapping with its conditions in CEL", () => {
  it("is never more than can be drafted again", () => {
    const rules = Array.from({ length: 3000 }, (_, index) => ({
      id: `r${index}`,
      when: { groupName: { equals: `a group ${index}` } },
      grant: ["a"],
    }));
    const defaults = [{ connection: "okta", grant: ["a"] }];
    const shown = withCel({ rules, defaults });
    expect(JSON.stringify(shown)).toContain("groups.exists(g, g.name == 'a group 0')");
    expect(decodeMapping(shown)).toEqual(decodeMapping({ rules, defaults }));
  });

  it("is left as it is where it has what this version does not know", () => {
    const document = { rules: [{ id: "new", when: { moonPhase: "full" }, grant: ["a"] }] };
    expect(withCel(document)).toBe(document);
  });
});
