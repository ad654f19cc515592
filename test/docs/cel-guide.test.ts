/** What docs/how-roles-are-decided.md says of CEL is what is read and written. */
import { readFileSync } from "node:fs";
import { Result } from "effect";
import { describe, expect, it } from "vitest";
import { decodeMapping, fromCel, maxText, toCel } from "../../src/mapping/index.ts";

const guide = readFileSync(new URL("../../docs/how-roles-are-decided.md", import.meta.url), "utf8");
const section = /### Conditions as text\n([\s\S]*?)\n### /.exec(guide)?.[1] ?? "";
const block = (language: string): string =>
  new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\\n\`\`\``).exec(section)?.[1] ?? "";

const rows = [...section.matchAll(/^\| `(.*?)` +\| `(\{.*\})` +\|$/gm)].map(
  ([, cel = "", tree = ""]) => [cel.replaceAll("\\|", "|"), JSON.parse(tree)] as const,
);

describe("the guide's conditions as text", () => {
  it("has a row for every form", () => {
    expect(rows).toHaveLength(18);
  });

  it.each(rows)("is that tree, and the tree is written so: %s", (cel, tree) => {
    expect(Result.getOrThrow(fromCel(cel))).toEqual(tree);
    expect(toCel(tree)).toBe(cel);
  });

  it.each(block("text").split("\n"))("is read: %s", (cel) => {
    expect(Result.isSuccess(fromCel(cel))).toBe(true);
  });

  it("may stand in a rule", () => {
    const rule: unknown = JSON.parse(block("json"));
    expect(Result.isSuccess(decodeMapping({ rules: [rule] }))).toBe(true);
    expect(section).toContain(`more than ${maxText}\ncharacters`);
  });
});
