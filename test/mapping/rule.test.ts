import { Result } from "effect";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeMapping, emptyMapping, maxDepth, maxRules } from "../../src/mapping/index.ts";
import { anyMapping, uuid } from "./support.ts";

const complaint = (input: unknown): string => {
  const result = decodeMapping(input);
  return Result.isFailure(result) ? result.failure.detail : "";
};
const withRule = (more: object) => ({
  rules: [{ id: "sales", when: { connection: "okta" }, grant: ["reader"], ...more }],
});
const when = (condition: unknown) => complaint(withRule({ when: condition }));
const nots = (depth: number): unknown => {
  let condition: unknown = { connection: "okta" };
  for (let level = 1; level < depth; level++) condition = { not: condition };
  return condition;
};

describe("a mapping in JSON", () => {
  it("reads back exactly as it was written", () => {
    fc.assert(
      fc.property(anyMapping, (mapping) => {
        const written: unknown = JSON.parse(JSON.stringify(mapping));
        expect(Result.getOrThrow(decodeMapping(written))).toEqual(written);
      }),
    );
  });

  it("may be empty", () => {
    expect(Result.getOrThrow(decodeMapping({ rules: [] }))).toEqual(emptyMapping);
  });

  it("accepts every form of condition", () => {
    const forms = [
      { group: uuid(1) },
      { externalGroup: { connection: "okta", id: "00g1 É" } },
      { groupName: { equals: "Sales " } },
      { groupName: { equals: "Sales", connection: "okta" } },
      { attribute: { name: "title", equals: "" } },
      { attribute: { name: "emails.value", in: ["a@example.com", 1, true] } },
      {
        attribute: {
          name: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
          present: false,
        },
      },
    ];
    expect(complaint(withRule({ when: { all: [{ any: forms }, { not: { connection: "okta" } }] } }))).toBe(
      "",
    );
  });

  it("grants a role in a scope", () => {
    expect(complaint(withRule({ grant: [{ role: "library:editor", scope: "marketing" }] }))).toBe("");
  });
});

describe("a mistake in a mapping", () => {
  const mistakes: ReadonlyArray<readonly [string, object, string]> = [
    [
      "group by anything but its id",
      { when: { group: "Sales" } },
      'rule "sales" at when.group: use the directory group',
    ],
    [
      "unknown condition",
      { when: { grp: 1 } },
      'rule "sales" at when: use exactly one of all, any, not, group',
    ],
    [
      "two conditions in one",
      { when: { group: uuid(1), connection: "a" } },
      'rule "sales" at when: use exactly one of',
    ],
    ["empty any", { when: { any: [] } }, 'rule "sales" at when.any: use a list of 1 to 1000 items'],
    [
      "empty all, which would grant to everybody",
      { when: { all: [] } },
      'rule "sales" at when.all: use a list',
    ],
    [
      "mistake deep inside",
      { when: { all: [{ not: { group: 3 } }] } },
      'rule "sales" at when.all[0].not.group: ',
    ],
    [
      "half an external group",
      { when: { externalGroup: { id: "a" } } },
      "when.externalGroup.connection: is missing",
    ],
    [
      "unknown key in a condition",
      { when: { groupName: { equals: "a", like: "b" } } },
      "when.groupName.like: unknown key",
    ],
    [
      "two tests of one attribute",
      { when: { attribute: { name: "a", in: ["a"], equals: "a" } } },
      "when.attribute: use a name and exactly one of",
    ],
    [
      "malformed attribute name",
      { when: { attribute: { name: "a..b", present: true } } },
      "when.attribute.name: use a dotted",
    ],
    [
      "null as a value",
      { when: { attribute: { name: "a", equals: null } } },
      "when.attribute.equals: use a text",
    ],
    ["unknown key in a rule", { enabled: true }, 'rule "sales" at enabled: unknown key'],
    ["malformed role", { grant: ["Reader!"] }, 'rule "sales" at grant[0]: use 1 to 127 lower-case letters'],
    [
      "scope of spaces",
      { grant: [{ role: "reader", scope: " " }] },
      'rule "sales" at grant[0].scope: use 1 to 255',
    ],
    ["scope on a denial", { deny: [{ role: "reader", scope: "a" }] }, 'rule "sales" at deny[0]: '],
    [
      "pattern that could stall",
      { when: { groupName: { glob: `a*${"b".repeat(40)}*` } } },
      "when.groupName.glob: character 3: use at most 32",
    ],
    [
      "two ways to name a group",
      { when: { groupName: { prefix: "a", glob: "b" } } },
      "when.groupName: use exactly one of equals, prefix, glob",
    ],
    [
      "date that no calendar has",
      { when: { attribute: { name: "endDate", before: "2026-02-30" } } },
      "when.attribute.before: use a date such as",
    ],
    ["email domain with @", { when: { emailDomain: "@acme.test" } }, "when.emailDomain: use a domain"],
    [
      "scope from a name that nothing captures",
      { grant: [{ role: "r", scopeFrom: "l:{scope}" }] },
      "put {scope} into a groupName glob",
    ],
    [
      "scope from without its place",
      { grant: [{ role: "r", scopeFrom: "library" }] },
      "grant[0].scopeFrom: write {scope} once",
    ],
    [
      "end before the beginning",
      { validFrom: "2026-02-01", validUntil: "2026-01-01" },
      "let validUntil be later than validFrom",
    ],
    ["rule without effect", { grant: [] }, 'rule "sales": name at least one role in grant or deny'],
    ["malformed id", { id: "Sales Team" }, 'rule "Sales Team" at id: use 1 to 63'],
    ["rule without id", { id: undefined }, "rules[0].id"],
  ];
  it.each(mistakes)("is named with its rule and place: %s", (_, more, expected) => {
    expect(complaint(withRule(more))).toContain(expected);
  });

  it("names the rule whose id is taken", () => {
    const rules = [...withRule({}).rules, ...withRule({ description: "again" }).rules];
    expect(complaint({ rules })).toBe(
      'rule "sales" at id: another rule has this id; give every rule its own',
    );
  });

  it("is refused for keys of the prototype too", () => {
    const input: unknown = JSON.parse(
      '{"rules":[{"id":"a","when":{"connection":"x","__proto__":{}},"grant":["a"]}]}',
    );
    expect(complaint(input)).toBe('rule "a" at when.__proto__: unknown key');
    expect(when({ constructor: "x" })).toContain("use exactly one of");
  });

  it("is told without repeating what was typed", () => {
    expect(when({ attribute: { name: "title", equals: ["secret"] } })).not.toContain("secret");
  });

  it.each([null, 3, [], {}, { rules: 3 }, { rules: [3] }, { rules: [], extra: 1 }])(
    "never goes through: %j",
    (input) => {
      expect(complaint(input)).not.toBe("");
    },
  );

  it("ends the list after ten", () => {
    const rules = Array.from({ length: 30 }, (_, index) => ({
      id: `r${index}`,
      when: nots(1),
      grant: ["A"],
    }));
    expect(complaint({ rules }).split("; ")).toHaveLength(11);
    expect(complaint({ rules })).toMatch(/; and 20 more$/);
  });
});

describe("a condition in CEL", () => {
  const cel = (text: string, more: object = {}) => ({
    rules: [...withRule({}).rules, { id: "typed", when: text, grant: ["reader"], ...more }],
  });

  it("becomes its tree", () => {
    const scopeFrom = [{ role: "reader", scopeFrom: "library:{scope}" }];
    const document = cel("groups.exists(g, g.name.glob('lib-{scope}'))", { grant: scopeFrom });
    expect(Result.getOrThrow(decodeMapping(document)).rules[1]).toEqual({
      id: "typed",
      when: { groupName: { glob: "lib-{scope}" } },
      grant: scopeFrom,
    });
  });

  it("is refused with its rule, line and column", () => {
    expect(complaint(cel("connection == 'okta' &&\n user.level > 3"))).toBe(
      'rule "typed" at when: line 2, column 13: compare only dates with < and >: timestamp(user.endDate) < now, or > timestamp("2026-03-31T18:00:00Z")',
    );
    expect(complaint(cel("true", { id: 3 }))).toMatch(/^rules\[1\]\.when: line 1, column 1: /);
  });

  it("may be wrong in many rules", () => {
    const rules = Array.from({ length: 30 }, (_, index) => ({ id: `r${index}`, when: "x", grant: ["a"] }));
    expect(complaint({ rules })).toMatch(/^rule "r0" at when: .*; rule "r9" at when: .*; and 20 more$/);
  });

  it("is refused unread where a mapping has more than a moment's worth of them", () => {
    const long = `connection in [${"'a',".repeat(900)}'a']`;
    const rules = Array.from({ length: 30 }, (_, index) => ({ id: `r${index}`, when: long, grant: ["a"] }));
    expect(complaint({ rules })).toMatch(/^rules: use at most 100000 characters of CEL in one mapping/);
    expect(complaint({ rules: rules.slice(0, 20) })).toBe("");
  });

  it("does not hide what else is wrong", () => {
    expect(complaint(cel("connection == 'okta'", { extra: 1 }))).toBe('rule "typed" at extra: unknown key');
    expect(when(["connection == 'okta'"])).toContain("use exactly one of all, any, not");
    expect(when({ not: "connection == 'okta'" })).toContain("use exactly one of all, any, not");
  });
});

describe("the limits of a mapping", () => {
  it("allow conditions 16 deep and no deeper", () => {
    expect(when(nots(maxDepth))).toBe("");
    expect(when(nots(maxDepth + 1))).toContain("nest conditions at most 16 deep");
  });

  it("hold against a document made to exhaust the stack", () => {
    expect(when(nots(200_000))).toContain("nest conditions at most 16 deep");
  });

  it("allow 10,000 rules and no more", () => {
    const rules = Array.from({ length: maxRules + 1 }, (_, index) => ({
      ...withRule({}).rules[0],
      id: `r${index}`,
    }));
    expect(complaint({ rules: rules.slice(1) })).toBe("");
    expect(complaint({ rules })).toBe("rules: use at most 10000 rules");
  });
});
