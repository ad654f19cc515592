import { Result } from "effect";
import { describe, expect, it } from "vitest";
import type { Filter } from "../../../src/scim/filter/index.ts";
import { type FilterOptions, parseFilter, parsePath } from "../../../src/scim/filter/index.ts";
import { withoutPositions } from "./support.ts";

const read = (text: string, options: FilterOptions = {}) => {
  const result = parseFilter(text, options);
  return Result.isSuccess(result) ? withoutPositions(result.success.filter) : result.failure;
};

const compare = (path: string, op: string, value: unknown) => ({ _tag: "Compare", path, op, value });
const present = (path: string) => ({ _tag: "Present", path });
const and = (left: unknown, right: unknown) => ({ _tag: "And", left, right });
const or = (left: unknown, right: unknown) => ({ _tag: "Or", left, right });
const not = (filter: unknown) => ({ _tag: "Not", filter });
const some = (path: string, filter: unknown) => ({ _tag: "Some", path, filter });

const work = compare("type", "eq", "work");

describe("the filters of RFC 7644 §3.4.2.2, figure 2", () => {
  const examples: readonly (readonly [string, unknown])[] = [
    [`userName eq "bjensen"`, compare("userName", "eq", "bjensen")],
    [`name.familyName co "O'Malley"`, compare("name.familyName", "co", "O'Malley")],
    [`userName sw "J"`, compare("userName", "sw", "J")],
    [
      `urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J"`,
      compare("urn:ietf:params:scim:schemas:core:2.0:User:userName", "sw", "J"),
    ],
    ["title pr", present("title")],
    [
      `meta.lastModified gt "2011-05-13T04:42:34Z"`,
      compare("meta.lastModified", "gt", "2011-05-13T04:42:34Z"),
    ],
    [`title pr and userType eq "Employee"`, and(present("title"), compare("userType", "eq", "Employee"))],
    [`title pr or userType eq "Intern"`, or(present("title"), compare("userType", "eq", "Intern"))],
    [
      `userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")`,
      and(
        compare("userType", "eq", "Employee"),
        or(compare("emails", "co", "example.com"), compare("emails.value", "co", "example.org")),
      ),
    ],
    [
      `userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")`,
      and(
        compare("userType", "ne", "Employee"),
        not(or(compare("emails", "co", "example.com"), compare("emails.value", "co", "example.org"))),
      ),
    ],
    [
      `userType eq "Employee" and emails[type eq "work" and value co "@example.com"]`,
      and(
        compare("userType", "eq", "Employee"),
        some("emails", and(work, compare("value", "co", "@example.com"))),
      ),
    ],
    [
      `emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]`,
      or(
        some("emails", and(work, compare("value", "co", "@example.com"))),
        some("ims", and(compare("type", "eq", "xmpp"), compare("value", "co", "@foo.com"))),
      ),
    ],
  ];

  it.each(examples)("%s", (text, tree) => {
    expect(read(text)).toEqual(tree);
  });
});

describe("parsing", () => {
  it("lets `and` bind tighter than `or`, and both group to the left", () => {
    expect(read("a pr or b pr and c pr")).toEqual(or(present("a"), and(present("b"), present("c"))));
    expect(read("a pr and b pr and c pr")).toEqual(and(and(present("a"), present("b")), present("c")));
  });

  it("lets parentheses change that", () => {
    expect(read("(a pr or b pr) and c pr")).toEqual(and(or(present("a"), present("b")), present("c")));
  });

  it("takes operators and constants in any capitalisation", () => {
    expect(read(`a EQ TRUE AND NOT (b Pr)`)).toEqual(and(compare("a", "eq", true), not(present("b"))));
  });

  it("reads JSON literals", () => {
    expect(read("a eq false")).toEqual(compare("a", "eq", false));
    expect(read("a eq null")).toEqual(compare("a", "eq", null));
    expect(read("a gt -1.5e3")).toEqual(compare("a", "gt", -1500));
    expect(read(`a eq "say \\"hi\\" \\u00e9 \\\\"`)).toEqual(compare("a", "eq", `say "hi" é \\`));
    expect(read(`a eq ""`)).toEqual(compare("a", "eq", ""));
  });

  it("does not mistake brackets inside a string for syntax", () => {
    expect(read(`a eq "x) and [y"`)).toEqual(compare("a", "eq", "x) and [y"));
  });

  it("reads Entra's comparison after a value filter as one about the same element", () => {
    const expected = some("emails", and(work, compare("value", "eq", "x")));
    expect(read(`emails[type eq "work"].value eq "x"`)).toEqual(expected);
    expect(read(`emails[type eq "work" and value eq "x"]`)).toEqual(expected);
  });

  it("reads an unquoted value as text only when asked to", () => {
    expect(read("userName eq bjensen", { bareWords: true })).toEqual(compare("userName", "eq", "bjensen"));
    expect(read("userName eq bjensen")).toMatchObject({ _tag: "InvalidFilter", position: 12 });
  });

  it("reads 32 levels of nesting and refuses 33", () => {
    const nested = (depth: number) => `${"(".repeat(depth)}a pr${")".repeat(depth)}`;
    expect(read(nested(32))).toEqual(present("a"));
    expect(read(nested(33))).toMatchObject({ _tag: "InvalidFilter" });
    const negated = (depth: number) => `${"not (".repeat(depth)}a pr${")".repeat(depth)}`;
    expect(read(negated(33))).toMatchObject({ _tag: "InvalidFilter" });
  });

  it("reads 2,048 characters and refuses 2,049", () => {
    const text = (length: number) => `a eq "${"x".repeat(length - 7)}"`;
    expect(read(text(2_048))).toMatchObject({ _tag: "Compare" });
    expect(read(text(2_049))).toMatchObject({ _tag: "InvalidFilter", position: 2_048 });
  });

  it.each([
    ["", 0],
    ["   ", 3],
    ["userName", 8],
    ["userName eq", 11],
    ["userName like 5", 9],
    ["eq", 2],
    [`userName eq "open`, 12],
    [`userName eq "bad \\x escape"`, 12],
    [`userName eq "\\u0000"`, 12],
    [`userName eq "\\ud800"`, 12],
    ["userName eq 01", 12],
    ["userName eq 1e999", 12],
    ["(a pr", 5],
    ["a pr)", 4],
    ["a pr b pr", 5],
    ["a pr and", 8],
    ["and a pr", 4],
    ["not a pr", 4],
    ["emails[type pr", 14],
    ["emails[]", 7],
    ["emails[a[b pr]]", 8],
    ["emails[type pr].value", 21],
    [`"userName" eq 1`, 0],
    ["a.b c.d", 4],
    ["user name pr", 5],
    ["é pr", 0],
  ])("refuses %j at %i", (text, position) => {
    expect(read(text)).toMatchObject({ _tag: "InvalidFilter", position });
  });

  it("remembers where each name stands", () => {
    const result = parseFilter(`a pr and (bb eq 1)`);
    const filter: Filter | undefined = Result.isSuccess(result) ? result.success.filter : undefined;
    expect(filter).toMatchObject({ left: { position: 0 }, right: { position: 10 } });
  });
});

describe("PATCH paths", () => {
  const path = (text: string) => {
    const result = parsePath(text);
    if (Result.isFailure(result)) return result.failure._tag;
    const { filter, ...rest } = result.success;
    return filter === undefined ? rest : { ...rest, filter: withoutPositions(filter) };
  };

  it("reads the forms of RFC 7644 §3.5.2, figure 8", () => {
    expect(path("members")).toEqual({ path: "members" });
    expect(path("name.familyName")).toEqual({ path: "name.familyName" });
    expect(path(`addresses[type eq "work"]`)).toEqual({ path: "addresses", filter: work });
    expect(path(`addresses[type eq "work"].street`)).toEqual({
      path: "addresses",
      filter: work,
      sub: "street",
    });
  });

  it.each(["", "a b", "a pr", "(a)", "1", ".value", '"a"', "a]"])("refuses %j as a path", (text) => {
    expect(path(text)).toBe("InvalidPath");
  });

  it.each(["a[", "a[]", "a[b]", "a[b eq]", "a[b pr", "a[b pr] and"])("refuses %j as a filter", (text) => {
    expect(path(text)).toBe("InvalidFilter");
  });
});
