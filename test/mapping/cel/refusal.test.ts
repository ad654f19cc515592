/** What has no tree form is refused where it stands, with what to write instead; and no text stalls. */
import { Result } from "effect";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromCel, maxText, toCel } from "../../../src/mapping/index.ts";
import { prove } from "../prove.ts";
import { uuid } from "../support.ts";

const problem = (text: string): string =>
  Result.match(fromCel(text), {
    onSuccess: (tree) => JSON.stringify(tree),
    onFailure: ({ position: { line, column }, sentence }) => `${line}:${column} ${sentence}`,
  });

const inGroups = (body: string) => `groups.exists(g, ${body})`;
const id = uuid(1);

describe("a text without a tree form is refused with place and way out", () => {
  const cases: ReadonlyArray<readonly [string, string]> = [
    ["user.level + 1 == 2", "1:12 leave arithmetic out"],
    ["user.level == -user.level", "1:14 compare with a text such as"],
    ["user.a == 1 ? true : false", "1:13 use && and || instead of ?:"],
    ["user.a == {'a': 1}", "1:11 leave maps and messages out"],
    ["user.`a-b` == 1", '1:6 write user["…"] for a name with unusual characters'],
    ["user.a == 1 // why", "1:13 leave comments out"],
    [`user.a == r"x"`, "1:12 write texts as"],
    [`user.a == """x"""`, "1:13 write texts as"],
    [`user.a == "x`, "1:11 end this text with the quote it began with"],
    ["user.a == 'x\n'", "1:11 end this text"],
    [".user.a == 1", "1:1 put a name or a number before this dot"],
    ["user.a = 1", "1:8 go on from here in CEL: compare with =="],
    ["user.a == 1 and user.b == 1", "1:13 go on from here in CEL"],
    ["", "1:1 go on from here in CEL"],
    ["user.a == 1u", "1:11 compare with a text such as"],
    ["user.a == 9007199254740993", "1:11 compare with a text such as"],
    ["user.a == 1e999", "1:11 compare with a text such as"],
    ["user.a == user.b", "1:11 compare with a text such as"],
    ["user.a in [null]", "1:12 compare with a text such as"],
    ["user.a in []", "1:11 put at least one item into the list"],
    ["user.a in 'abc'", "1:11 write a list behind in"],
    ["'a@acme.test' in user.emails.value", "1:18 write user.emails.value == "],
    ["user.emails.exists(e, e.value == 'a')", "1:12 write exists only of groups"],
    ["user.title.matches('a.*')", "1:11 use only groups.exists(g, …), has(user.…) and timestamp(…)"],
    ["user.title.startsWith('a')", "1:11 use only groups.exists"],
    ["groups.all(g, g.name == 'a')", "1:7 use only groups.exists"],
    ["size(groups) == 1", "1:1 use only groups.exists"],
    ["size(groups) > 1", "1:13 compare only dates with < and >"],
    ["timestamp(user.endDate) <= now", "1:24 compare only dates with < and >"],
    ["timestamp(user.endDate) < 'now'", "1:27 compare only dates with < and >"],
    ["timestamp(user.endDate) < timestamp('now')", "1:27 compare only dates"],
    ["timestamp(user.endDate) < timestamp('2026-02-30')", "1:27 use a date such as 2026-03-31"],
    ["user.endDate < now", "1:14 compare only dates"],
    ["timestamp(user.a) == now", "1:18 compare only dates"],
    ["true", "1:1 leave true and false out"],
    ["user.vip", '1:1 compare with something, such as user.title == "Engineer"'],
    ["!user.title == 'a'", "1:1 put what ! is about into brackets"],
    ["title == 'a'", "1:1 use only groups, user, emailDomain and connection"],
    ["emailDomain.name == 'a'", "1:1 use only groups, user, emailDomain and connection"],
    ["user == 'a'", "1:1 name an attribute, such as user.title"],
    ["user['a b'] == 1", "1:1 write one part of the path at a time"],
    ["user['a.b'] == 1", "1:1 write one part of the path at a time"],
    ["user['urn:a:b:c'] == 1", "1:1 put the schema alone into the brackets"],
    ["user['urn:a b'].c == 1", "1:1 put the schema alone into the brackets"],
    ["has(user['a'])", "1:1 write has(user.title), with a dot"],
    ["has(connection.a)", "1:1 write has(user.title), with a dot"],
    ["connection == 'A B'", "1:15 use 1 to 63 lower-case letters"],
    ["emailDomain in ['acme.test', '@']", "1:16 use a domain such as acme.test"],
    ["'Engineering' in groups", '1:1 write groups.exists(g, g.name == "…")'],
    [inGroups("g.name == 'a' && g.name == 'b'"), "1:45 ask one group for one name or id"],
    [inGroups("g.name == 'a' && g.id == 'b'"), "1:43 ask one group for one name or id"],
    [inGroups("!(g.name == 'a')"), "1:17 put ! before groups.exists"],
    [inGroups("g.name != 'a'"), "1:25 put ! before groups.exists"],
    [
      inGroups("(g.name == 'a' || g.name == 'b') && g.kind == 'group'"),
      "1:19 write groups.exists(g, …) once",
    ],
    [inGroups("g.name == 'a' && user.title == 'b'"), "1:35 put what is not about the group outside"],
    [inGroups("g.name.endsWith('a')"), "1:24 write g.name.glob("],
    [inGroups("g.name.matches('a')"), "1:24 write g.name.glob("],
    [inGroups("g.id.startsWith('a')"), "1:22 inside groups.exists(g, …), ask for g.id"],
    [inGroups("g.displayName == 'a'"), "1:32 inside groups.exists(g, …), ask for g.id"],
    [inGroups("g.name > 'a'"), "1:25 inside groups.exists(g, …), ask for g.id"],
    [inGroups("true"), "1:18 inside groups.exists(g, …), ask for g.id"],
    [inGroups(`g.id == '${id}' && g.kind == 'group'`), "1:78 leave connection and kind out beside g.id"],
    [inGroups("g.id == 'a'"), "1:26 use the directory group's id"],
    [inGroups("g.externalId == 'a'"), '1:34 add g.connection == "…"'],
    [inGroups("g.connection == 'a'"), '1:31 add g.name == "…", or write connection'],
    [inGroups("g.kind == 'group' && g.connection == 'a'"), "1:55 write connection == "],
    [inGroups("g.name == 'a' && g.kind in ['group', 'realm-role']"), "1:45 use in only for g.id"],
    [inGroups("g.kind == 'team'"), "1:28 use one of group, realm-role, client-role"],
    [inGroups("g.name.glob('*{scope}')"), "1:30 character 1: use either * or {scope}"],
    [inGroups("g.name == 3"), "1:28 compare with a text between quotes"],
    ["user.a == 1 &&\n  (user.b == 2 ||\r\n   who == 3)", "3:4 use only groups, user, emailDomain"],
    [`${"!(user.a == 1 && ".repeat(9)}user.a == 1${")".repeat(9)}`, "1:1 nest conditions at most 16 deep"],
    [`user.a in [${"1,".repeat(1000)}1]`, "1:11 use a list of 1 to 1000 items"],
  ];
  it.each(cases)("%s", (text, expected) => {
    expect(problem(text).slice(0, expected.length)).toBe(expected);
  });

  it("without repeating what was typed", () => {
    expect(problem("user.title == secret")).not.toContain("secret");
    expect(problem("groups.exists(g, g.secret == 'secret')")).not.toContain("secret");
  });
});

const fill = (piece: string): string => piece.repeat(Math.floor(maxText / piece.length));

describe("no text stalls or overflows", () => {
  const pieces = [
    ...["(", "[", "{", "!", "-", ".", "\n", " ", "\t", "//", '"', "'", "\\", "`", "é", "😀", "\ud800", "\0"],
    ...[
      "!(",
      "-(",
      "(!",
      "a(",
      "a.b(",
      "a[",
      "a.exists(b,",
      "has(",
      "a?",
      "a?b:",
      "a&&(",
      "a||",
      "a&&",
      "1<",
    ],
    ...["a==", "a in ", "user.", "a.", "[1,", "0x", "1e", '""', "'a'in[", "a\n&&\n", "user.a==1||", "g,"],
  ];
  it.each(pieces)("%j to the limit, open and closed", (piece) => {
    for (const text of [fill(piece), `${fill(piece).slice(0, -1)}a`, fill(piece).slice(0, 480)]) {
      const before = performance.now();
      expect(["Success", "Failure"]).toContain(fromCel(text)._tag);
      expect(performance.now() - before).toBeLessThan(1000);
    }
    const levels = 20;
    expect(["Success", "Failure"]).toContain(fromCel(`${piece.repeat(levels)}a${")".repeat(levels)}`)._tag);
  });

  it("is longer than the limit", () => {
    expect(problem(`${fill(" ")} `)).toBe(
      `1:${maxText + 1} use at most ${maxText} characters, or write the condition as a tree`,
    );
    expect(problem("(".repeat(1_000_000))).toContain("use at most");
  });

  it("whatever is in it: it is refused with a place in it, or a condition that can be written", () => {
    const words = fc.constantFrom(
      ...[
        "groups",
        "user",
        "connection",
        "emailDomain",
        "now",
        "timestamp",
        "has",
        "exists",
        "g",
        "name",
        "id",
      ],
      ...[
        "in",
        "true",
        "null",
        "(",
        ")",
        "[",
        "]",
        "(",
        ")",
        ".",
        ",",
        "==",
        "!=",
        "<",
        "&&",
        "||",
        "!",
        "-",
      ],
      ...["'a'", '"b"', "1", "2.5", " ", "\n", "g.name == 'a'", "user.a == 1", "groups.exists(g, ", "é", "?"],
    );
    const anyText = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(words, { maxLength: 30 }).map((each) => each.join("")),
    );
    prove(
      fc.property(anyText, (text) => {
        const result = fromCel(text);
        if (Result.isSuccess(result)) {
          expect(Result.getOrThrow(fromCel(toCel(result.success)))).toEqual(result.success);
          return;
        }
        const { position, sentence } = result.failure;
        const line = text.split(/\r\n|\n|\r/)[position.line - 1] ?? "";
        expect(position.column).toBeGreaterThan(0);
        expect(position.column).toBeLessThanOrEqual(line.length + 1);
        expect(sentence).not.toBe("");
      }),
      { numRuns: 2000 },
    );
  });
});
