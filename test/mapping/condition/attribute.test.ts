import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../../src/domain/index.ts";
import { type AttributeTest, compile, desiredRoles } from "../../../src/mapping/index.ts";
import { department, facts, mapping, now, person, rule } from "../support.ts";

const passes = (attributes: JsonObject, attribute: AttributeTest): boolean => {
  const compiled = compile(mapping(rule("a", { attribute }, ["reader"])));
  return desiredRoles(facts([person(1, { attributes })]), compiled, now).roles.length > 0;
};
const equals = (attributes: JsonObject, name: string, value: string | number | boolean) =>
  passes(attributes, { name, equals: value });
const present = (value: Json) => passes({ title: value }, { name: "title", present: true });

describe("an attribute condition", () => {
  it("compares text by the domain's fold", () => {
    expect(equals({ title: "Ingénieur" }, "title", "INGE\u0301NIEUR")).toBe(true);
    expect(equals({ title: "Ingenieur" }, "title", "Ingénieur")).toBe(false);
  });

  it("never takes text for a number or a truth value", () => {
    expect(equals({ level: "1" }, "level", 1)).toBe(false);
    expect(equals({ level: 1 }, "level", "1")).toBe(false);
    expect(equals({ level: "true" }, "level", true)).toBe(false);
    expect(equals({ level: 1 }, "level", 1)).toBe(true);
    expect(equals({ level: false }, "level", false)).toBe(true);
  });

  it("follows a dotted path", () => {
    expect(equals({ name: { givenName: "Ada" } }, "name.givenName", "ada")).toBe(true);
    expect(equals({ name: "Ada" }, "name.givenName", "ada")).toBe(false);
  });

  it("finds an extension by its URN, though the URN has a dot", () => {
    const attributes = { [department.slice(0, department.lastIndexOf(":"))]: { department: "Sales" } };
    expect(equals(attributes, department, "sales")).toBe(true);
    expect(equals({ department: "Sales" }, department, "sales")).toBe(false);
  });

  it("finds an attribute, and a part of one, of an organization's own schema", () => {
    const urn = "urn:acme:scim:hr.eu:2.0:User";
    const attributes = { [urn]: { badge: "green", site: { code: "MUC" }, cards: [{ type: "door" }] } };
    expect(equals(attributes, `${urn}:badge`, "GREEN")).toBe(true);
    expect(equals(attributes, `${urn}:site.code`, "muc")).toBe(true);
    expect(equals(attributes, `${urn}:cards.type`, "door")).toBe(true);
    expect(equals(attributes, `${urn}:site`, "MUC")).toBe(false);
    expect(equals(attributes, "urn:acme:scim:hr.eu:2.0:badge", "green")).toBe(false);
  });

  it("finds a core attribute by its URN at the root", () => {
    expect(equals({ title: "Boss" }, "urn:ietf:params:scim:schemas:core:2.0:User:title", "boss")).toBe(true);
  });

  it("is met by any value of a multi-valued attribute", () => {
    const attributes = { emails: [{ value: "a@x.example" }, { value: "b@x.example" }], tags: ["one", "two"] };
    expect(equals(attributes, "emails.value", "B@X.example")).toBe(true);
    expect(equals(attributes, "emails.value", "c@x.example")).toBe(false);
    expect(equals(attributes, "tags", "two")).toBe(true);
    expect(passes(attributes, { name: "tags", in: ["three", "one"] })).toBe(true);
    expect(passes(attributes, { name: "tags", in: ["three"] })).toBe(false);
  });

  it.each([null, "", [], [null], {}])("counts %j as not present", (value) => {
    expect(present(value)).toBe(false);
    expect(passes({ title: value }, { name: "title", present: false })).toBe(true);
  });

  it.each([0, false, "x", ["x"], { a: 1 }])("counts %j as present", (value) => {
    expect(present(value)).toBe(true);
  });

  it.each(["__proto__", "constructor", "constructor.name", "toString", "emails.length", "title.length"])(
    "sees nothing in what every object or list inherits: %s",
    (name) => {
      const attributes = { title: "x", emails: [{ value: "x" }] };
      expect(passes(attributes, { name, present: true })).toBe(false);
      expect(equals(attributes, name, "Object")).toBe(false);
      expect(equals(attributes, name, 1)).toBe(false);
    },
  );

  it("sees an own property even if it is called like an inherited one", () => {
    const attributes: JsonObject = JSON.parse('{"__proto__":{"admin":true},"constructor":"x"}');
    expect(equals(attributes, "__proto__.admin", true)).toBe(true);
    expect(equals(attributes, "constructor", "x")).toBe(true);
    expect(equals({}, "admin", true)).toBe(false);
  });
});
