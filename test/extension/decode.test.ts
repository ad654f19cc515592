/** What a declaration may say, and what is said about one that says something else. */
import { readFileSync } from "node:fs";
import { Result } from "effect";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeExtension, maxAttributes, maxUrn } from "../../src/extension/index.ts";
import { coreTypes, schemaDocuments } from "../../src/scim/schema/index.ts";

const id = "urn:acme:scim:hr:2.0:User";
const example = JSON.parse(
  readFileSync(new URL("../../config/extension-schema.json", import.meta.url), "utf8"),
);

const read = (document: unknown) => Result.getOrThrow(decodeExtension("User", document));
const complaint = (document: unknown): string => {
  const decoded = decodeExtension("User", document);
  return Result.isFailure(decoded) ? decoded.failure.detail : "";
};
const withAttributes = (...attributes: ReadonlyArray<unknown>) => complaint({ id, attributes });
const named = (...names: ReadonlyArray<string>) => withAttributes(...names.map((name) => ({ name })));

describe("a declaration", () => {
  it("is a schema document, as the one in config", () => {
    const { attributes, ...rest } = read(example);
    expect(rest).toEqual({
      resourceType: "User",
      id: example.id,
      name: example.name,
      description: example.description,
    });
    expect(attributes).toMatchObject(example.attributes);
  });

  it("has the defaults of RFC 7643 §2.2 for what it leaves out", () => {
    expect(read({ id, attributes: [{ name: "badge" }] })).toEqual({
      resourceType: "User",
      id,
      name: id,
      description: "",
      attributes: [
        {
          name: "badge",
          type: "string",
          multiValued: false,
          description: "",
          required: false,
          caseExact: false,
          mutability: "readWrite",
          returned: "default",
          uniqueness: "none",
        },
      ],
    });
  });

  it("may be pasted from /Schemas, with schemas and meta", () => {
    const [, enterprise] = JSON.parse(
      JSON.stringify(schemaDocuments("https://id.acme.test", Object.values(coreTypes))),
    );
    const attributes = enterprise.attributes.filter(({ name }: { name: string }) => name !== "manager");
    expect(complaint({ ...enterprise, id, attributes })).toBe("");
  });

  it("gives references and binaries their case, whatever it says", () => {
    const types = ["reference", "binary", "string", "integer"];
    const attributes = types.map((type) => ({ name: type, type, caseExact: type === "integer" }));
    const cases = read({ id, attributes }).attributes.map(({ caseExact }) => caseExact);
    expect(cases).toEqual([true, true, false, false]);
  });

  it("is read the same again when it was read once", () => {
    const once = read(example);
    const { resourceType, ...document } = once;
    expect(read(document)).toEqual(once);
  });
});

describe("the URN", () => {
  it.each([
    "urn:acme:scim:hr:2.0:User",
    "urn:acme:User",
    // Entra tells its customers to name extensions so.
    "urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User",
  ])("may be %s", (urn) => {
    expect(complaint({ id: urn, attributes: [{ name: "a" }] })).toBe("");
  });

  it.each([
    "",
    "badge",
    "urn:acme",
    "urn:a:User",
    "urn:acme:",
    "urn:acme::User",
    "urn:acme:hr:2.:User",
    "urn:acme:hr User",
    "urn:acme:hr\u0000:User",
    'urn:acme:hr"]:User',
    "urn:acme:größe:User",
    "URN:acme:hr:User",
    `urn:acme:${"x".repeat(maxUrn)}:User`,
    `urn:acme${":x".repeat(100_000)}`,
    `urn:acme:${"x.".repeat(50_000)}`,
  ])("is refused as %j", (urn) => {
    expect(complaint({ id: urn, attributes: [{ name: "a" }] })).toMatch(/^id: use a URN of at most/);
  });

  it.each([
    "urn:ietf:params:scim:schemas:core:2.0:User",
    "urn:IETF:params:scim:schemas:core:2.0:Group",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    "urn:ietf:params:scim:schemas:extension:Enterprise:2.0:User:x",
    "urn:ietf:params:scim:api:messages:2.0:PatchOp",
    "urn:ietf:rfc:7643",
  ])("is not one that somebody else defined: %s", (urn) => {
    expect(complaint({ id: urn, attributes: [{ name: "a" }] })).toMatch(/^id: use a URN of your own/);
  });
});

describe("the names", () => {
  it("may be those of core attributes: they stand under the URN", () => {
    expect(named("userName", "active", "members", "roles", "department", "constructor", "toString")).toBe("");
  });

  it.each([
    "__proto__",
    "1st",
    "a b",
    "a.b",
    "a:b",
    "a[b]",
    "a\u0000",
    "a\u202e",
    "",
    "x".repeat(65),
    "größe",
  ])("are attribute names of the RFC, not %j", (name) => {
    expect(named(name)).toContain(" at name: use a letter");
  });

  it.each(["id", "ID", "externalId", "meta", "schemas"])("are not what every resource has: %s", (name) => {
    expect(named(name)).toContain("every resource has this already");
  });

  it("differ by more than case", () => {
    expect(named("badge", "Badge")).toBe(
      'attribute "Badge" at name: another one has this name in some capitalisation; rename one',
    );
    const subAttributes = [{ name: "code" }, { name: "CODE" }];
    expect(withAttributes({ name: "site", type: "complex", subAttributes })).toContain(
      'attribute "site" at subAttributes[1].name: another one has this name',
    );
  });

  it("keep $ref for parts that are references", () => {
    const part = (type: string) => ({
      name: "boss",
      type: "complex",
      subAttributes: [{ name: "$ref", type }],
    });
    expect(withAttributes(part("reference"))).toBe("");
    expect(withAttributes(part("string"))).toContain("only a part of type reference is called $ref");
    expect(withAttributes({ name: "$ref", type: "reference" })).toContain("only a part of type reference");
  });
});

describe("what is not kept is not promised", () => {
  it.each([
    [{ required: true }, "at required: use false"],
    [{ mutability: "readOnly" }, "at mutability: use readWrite"],
    [{ mutability: "immutable" }, "at mutability: use readWrite"],
    [{ mutability: "writeOnly" }, "at mutability: use readWrite"],
    [{ returned: "never" }, "at returned: use always, default or request"],
    [{ uniqueness: "server" }, "at uniqueness: use none"],
    [{ type: "text" }, "at type: use string, boolean"],
    [{ type: null }, "at type: use string, boolean"],
    [{ type: "complex" }, "at subAttributes: name at least one part"],
    [{ type: "complex", subAttributes: [] }, "at subAttributes: name at least one part"],
    [{ subAttributes: [{ name: "x" }] }, "only an attribute of type complex has parts"],
    [{ referenceTypes: ["User"] }, "only an attribute of type reference has referenceTypes"],
    [{ description: "two\nlines" }, "at description: use at most 500 characters in one line"],
    [{ canonicalValues: Array.from({ length: 51 }, String) }, "use at most 50 values"],
    [{ maxLength: 7 }, "at maxLength: unknown key"],
    [{ unbounded: true }, "at unbounded: unknown key"],
    [{ identifies: true }, "at identifies: unknown key"],
  ])("%j", (more, sentence) => {
    expect(withAttributes({ name: "badge", ...more })).toContain(sentence);
    expect(withAttributes({ name: "badge", ...more })).toContain('attribute "badge"');
  });

  it("nor parts with parts or several values of their own", () => {
    const part = (more: object) =>
      withAttributes({ name: "site", type: "complex", subAttributes: [{ name: "code", ...more }] });
    expect(part({ type: "complex" })).toContain("a part has no parts of its own");
    expect(part({ multiValued: true })).toContain("at subAttributes[0].multiValued: use false");
    expect(part({ subAttributes: [] })).toContain("at subAttributes[0].subAttributes: unknown key");
  });

  it("nor keys that the RFC does not have, at the top", () => {
    expect(complaint({ id, attributes: [{ name: "a" }], resourceType: "Group" })).toBe(
      "resourceType: unknown key",
    );
    expect(complaint({ id, attributes: [{ name: "a" }], schemas: ["urn:x:y"] })).toMatch(/^schemas/);
  });
});

describe("the size", () => {
  const many = (count: number) => Array.from({ length: count }, (_, at) => ({ name: `a${at}` }));

  it("is bounded in attributes, parts of complex ones included", () => {
    expect(withAttributes(...many(maxAttributes))).toBe("");
    expect(withAttributes(...many(maxAttributes + 1))).toContain(`at most ${maxAttributes} attributes`);
    const subAttributes = many(maxAttributes);
    expect(withAttributes({ name: "site", type: "complex", subAttributes })).toContain("at most");
    expect(withAttributes()).toContain("declare at least one attribute");
  });

  it("of a complaint is bounded, and its work", () => {
    const began = performance.now();
    expect(withAttributes(...many(10_000)).length).toBeLessThan(200);
    const wrong = withAttributes(...Array.from({ length: 10_000 }, () => ({ name: "!" })));
    expect(wrong.length).toBeLessThan(2_000);
    expect(wrong).toContain("and 9990 more");
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it("is bounded in characters", () => {
    const canonicalValues = Array.from({ length: 50 }, (_, at) => `${at}${"x".repeat(90)}`);
    const attributes = many(20).map((attribute) => ({ ...attribute, canonicalValues }));
    expect(withAttributes(...attributes)).toContain("use at most 65536 characters of JSON");
  });
});

describe("whatever comes", () => {
  it("is read or refused in a sentence", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(complaint(value)).not.toBe("");
        expect(complaint({ id, attributes: value })).toMatch(/attribute/);
        expect(withAttributes(value)).toMatch(/\S/);
      }),
    );
  });
});
