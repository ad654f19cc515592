/** What a text means where it is not the one that we would write. */
import { Result } from "effect";
import { describe, expect, it } from "vitest";
import { type Condition, fromCel, toCel } from "../../../src/mapping/index.ts";
import { holds } from "../oracle.ts";
import { group, now, person, uuid } from "../support.ts";

const read = (text: string): Condition => Result.getOrThrow(fromCel(text));
const written = (text: string): string => toCel(read(text));

const named = (name: string, more: object = {}) => ({ groupName: { equals: name, ...more } });
const title = (equals: string) => ({ attribute: { name: "title", equals } });

describe("a text", () => {
  const forms: ReadonlyArray<readonly [string, Condition | object]> = [
    [`"${uuid(1)}" in groups`, { group: uuid(1) }],
    [`groups.exists(any, any.id == "${uuid(1)}")`, { group: uuid(1) }],
    [`!('${uuid(1)}' in groups)`, { not: { group: uuid(1) } }],
    [`"Engineer" == user.title`, title("Engineer")],
    [`user["title"] == "Engineer"`, title("Engineer")],
    [`user.title != "Engineer"`, { not: title("Engineer") }],
    [`!(user.title == "Engineer")`, { not: title("Engineer") }],
    [`!!(user.title == "Engineer")`, title("Engineer")],
    [`((user.title == "Engineer"))`, title("Engineer")],
    [`user.title == "\\u00e9\\n\\x41"`, title("é\nA")],
    [`user.level == 0x10`, { attribute: { name: "level", equals: 16 } }],
    [`user.level == 2.0`, { attribute: { name: "level", equals: 2 } }],
    [`user.title != null`, { attribute: { name: "title", present: true } }],
    [`null == user.title`, { attribute: { name: "title", present: false } }],
    [`now > timestamp(user.endDate)`, { attribute: { name: "endDate", before: "now" } }],
    [
      `timestamp("2026-01-01") < timestamp(user.endDate)`,
      { attribute: { name: "endDate", after: "2026-01-01" } },
    ],
    [`connection in ["okta", "entra"]`, { any: [{ connection: "okta" }, { connection: "entra" }] }],
    [`emailDomain in ["acme.test"]`, { emailDomain: "acme.test" }],
    [
      `groups.exists(g, g.name == "A" || g.kind in ["realm-role", "client-role"])`,
      { any: [named("A"), { groupKind: "realm-role" }, { groupKind: "client-role" }] },
    ],
    [
      `groups.exists(g, g.connection == "okta" && g.name in ["A", "B"])`,
      { any: [named("A", { connection: "okta" }), named("B", { connection: "okta" })] },
    ],
    [
      `groups.exists(g, (g.name == "A" && g.kind == "group") || g.name == "B") || connection == "x"`,
      { any: [named("A", { kind: "group" }), named("B"), { connection: "x" }] },
    ],
    [
      `connection == "a" && (connection == "b" && connection == "c")\n  || connection == "d"`,
      {
        any: [{ all: [{ connection: "a" }, { connection: "b" }, { connection: "c" }] }, { connection: "d" }],
      },
    ],
  ];

  it.each(forms)("means what it says: %s", (text, tree) => {
    expect(read(text)).toEqual(tree);
    expect(read(written(text))).toEqual(tree);
  });

  it("asks one group for all that stands in one exists, and any groups for two", () => {
    const ada = person(1, {
      groups: [group(1, { name: "A", kind: "group" }), group(2, { name: "B", kind: "realm-role" })],
    });
    const one = `groups.exists(g, g.name == "A" && g.kind == "realm-role")`;
    const two = `groups.exists(g, g.name == "A") && groups.exists(g, g.kind == "realm-role")`;
    expect([one, two].map((text) => holds(read(text), ada, now))).toEqual([false, true]);
  });
});
