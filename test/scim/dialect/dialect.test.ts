import { Result } from "effect";
import { describe, expect, it } from "vitest";
import {
  lenientDialect,
  readFilter,
  rewriteOperations,
  rewrites,
  rules,
  strictDialect,
  strictRewrites,
} from "../../../src/scim/dialect/index.ts";
import { patchUrn } from "../../../src/scim/patch/index.ts";
import { User } from "../../../src/scim/schema/index.ts";

const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const body = (...operations: readonly unknown[]) => ({ schemas: [patchUrn], Operations: operations });
const rewrite = (...operations: readonly unknown[]) =>
  rewriteOperations(lenientDialect, User, body(...operations));

describe("the table of rewrites", () => {
  it("names each once, with vendor, text and source", () => {
    const all = [...rewrites, ...strictRewrites];
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    for (const { vendor, what, source } of all) {
      expect([vendor, what, source].every((text) => text.length > 0)).toBe(true);
    }
  });

  it("is all of the lenient dialect and none of the strict one", () => {
    expect(lenientDialect.rewrites).toBe(rewrites);
    expect(strictDialect.rewrites.filter((each) => rewrites.includes(each))).toEqual([]);
  });

  it("has nothing in it that does nothing", () => {
    for (const { name, vendor, what, source, ...effects } of rewrites) {
      expect(Object.keys(effects), `${vendor} ${name}: ${what} ${source}`).toHaveLength(1);
    }
  });
});

describe("the table of rules", () => {
  it("names each once, with text and source", () => {
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
    for (const { what, source } of rules) expect(what.length * source.length).toBeGreaterThan(0);
  });

  it("is all of the strict dialect and none of the lenient one", () => {
    expect(strictDialect.rules).toBe(rules);
    expect(lenientDialect.rules).toEqual([]);
  });
});

describe("rewriting operations", () => {
  it("makes Entra's forms the RFC's", () => {
    expect(
      rewrite(
        { op: "Replace", path: "active", value: "False" },
        { op: "Add", path: "manager", value: "1" },
        { op: "Remove", path: `manager[value eq "1"]` },
        { op: "Replace", path: `emails[type eq "work"].value`, value: "a" },
      ),
    ).toEqual(
      body(
        { op: "replace", path: "active", value: false },
        { op: "add", path: `${enterprise}:manager`, value: { value: "1" } },
        { op: "remove", path: `${enterprise}:manager`, value: undefined },
        { op: "add", path: `emails[type eq "work"].value`, value: "a" },
      ),
    );
  });

  it("takes qualified keys out of a value, after the plain ones", () => {
    expect(rewrite({ op: "add", value: { "name.givenName": "B", title: "x", manager: "1" } })).toEqual(
      body(
        { op: "add", path: undefined, value: { title: "x" } },
        { op: "add", path: "name.givenName", value: "B" },
        { op: "add", path: `${enterprise}:manager`, value: { value: "1" } },
      ),
    );
  });

  it("leaves what it does not understand for the parser to refuse", () => {
    const odd = { op: 7, path: "1 + 1", value: { a: 1 } };
    expect(rewrite(odd, "x", null)).toEqual(body(odd, "x", null));
    expect(rewriteOperations(lenientDialect, User, "x")).toBe("x");
    const none = { schemas: [], Operations: 7 };
    expect(rewriteOperations(lenientDialect, User, none)).toBe(none);
  });

  it("leaves the body alone in the strict dialect", () => {
    const sent = body({ op: "Replace", path: "active", value: "False" });
    expect(rewriteOperations(strictDialect, User, sent)).toEqual(sent);
  });

  it("does not change what was sent", () => {
    const sent = body({ op: "Add", value: { "name.givenName": "B", id: "1", roles: [`{"value":"1"}`] } });
    const copy = structuredClone(sent);
    rewriteOperations(lenientDialect, User, sent);
    expect(sent).toEqual(copy);
  });
});

describe("reading a filter", () => {
  const read = (text: string, dialect = lenientDialect) => Result.merge(readFilter(dialect, User, text));

  it("understands Entra's question about a reference (UG, example 4)", () => {
    expect(read(`id eq "1" and manager eq "2"`)).toMatchObject({
      right: { path: { keys: [enterprise, "manager", "value"] }, value: "2" },
    });
    expect(read(`not (manager pr) or emails[type eq "work"].value eq "x"`)).toMatchObject({
      left: { filter: { path: { keys: [enterprise, "manager"] } } },
    });
  });

  it("understands a value without quotes", () => {
    expect(read("userName eq bjensen")).toMatchObject({ value: "bjensen" });
  });

  it("understands neither when strict", () => {
    expect(read(`manager eq "2"`, strictDialect)).toMatchObject({ _tag: "InvalidFilter" });
    expect(read("userName eq bjensen", strictDialect)).toMatchObject({ _tag: "InvalidFilter" });
    expect(read(`userName eq "bjensen"`, strictDialect)).toMatchObject({ value: "bjensen" });
  });

  it("fails where the filter does", () => {
    expect(read("userName eq")).toMatchObject({ _tag: "InvalidFilter", position: 11 });
    expect(read(`userName pr and colour pr`)).toMatchObject({ _tag: "InvalidFilter", position: 16 });
  });
});
