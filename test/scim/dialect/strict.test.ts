/** What the strict dialect refuses in whole resources. For PATCH: `test/payloads/patch/strict-*.json`. */
import { Result } from "effect";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  lenientDialect,
  readPatch,
  readResource,
  shaped,
  strictDialect,
} from "../../../src/scim/dialect/index.ts";
import { attributesOf, find, Group, User } from "../../../src/scim/schema/index.ts";

const core = "urn:ietf:params:scim:schemas:core:2.0:User";
const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const narrow = shaped(strictDialect, User);
const make = (fields: object, schemas = [core]) =>
  Result.merge(readResource(strictDialect, narrow, { schemas, userName: "b", ...fields }));

describe("a strict resource", () => {
  it("is made as ever from what the schemas have, readOnly attributes ignored", () => {
    const readOnly = { id: "1", meta: { resourceType: "User" }, groups: [{ value: "1" }] };
    const fields = { name: { givenName: "B" }, [enterprise]: { department: "Tours" } };
    expect(make({ ...fields, ...readOnly }, [core, enterprise])).toEqual({
      schemas: [core, enterprise],
      userName: "b",
      ...fields,
    });
  });

  it.each([
    ["an attribute", { shoeSize: 44 }, "shoeSize"],
    ["a sub-attribute", { name: { clan: "x" } }, "name.clan"],
    ["one in an array", { emails: [{ value: "a" }, { colour: "x" }] }, "emails.colour"],
    ["one in an extension", { [enterprise]: { badge: "1" } }, `${enterprise}.badge`],
    ["an extension", { "urn:example:2.0:X": { a: 1 } }, "urn:example:2.0:X"],
    ["an attribute without its URN", { department: "Tours" }, "department"],
    ["a dotted name", { "name.givenName": "B" }, "name.givenName"],
    ["the password", { password: "t1meMa$heen" }, "password"],
    ["a readOnly attribute's part", { meta: { colour: "x" } }, "meta.colour"],
  ])("is no syntax with %s that no schema has", (_, fields, name) => {
    const failure = make(fields);
    expect(failure).toMatchObject({ _tag: "InvalidSyntax" });
    expect(JSON.stringify(failure)).toContain(name);
  });

  it("is no syntax with a schema that is not here", () => {
    expect(make({}, [core, "urn:example:2.0:X"])).toMatchObject({ _tag: "InvalidSyntax" });
    expect(make({}, [core.toUpperCase()])).toMatchObject({ schemas: [core] });
  });

  it("has no type that is not listed", () => {
    expect(make({ emails: [{ value: "a", type: "holiday" }] })).toMatchObject({ _tag: "InvalidValue" });
    expect(make({ ims: [{ value: "a", type: "xmpp" }] })).toMatchObject({ ims: [{ type: "xmpp" }] });
  });
});

describe("the strict shape of a type", () => {
  it("has no password, and is made once", () => {
    expect(find(attributesOf(narrow), "password")).toBeUndefined();
    expect(shaped(strictDialect, User)).toBe(narrow);
    expect(shaped(lenientDialect, User)).toBe(User);
  });

  it("lists what every type may be", () => {
    const types = [narrow, shaped(strictDialect, Group)]
      .flatMap((type) => type.schema.attributes)
      .flatMap(({ multiValued, subAttributes = [] }) =>
        multiValued ? subAttributes.filter(({ name }) => name === "type") : [],
      );
    expect(types.length).toBeGreaterThan(5);
    for (const { canonicalValues } of types) expect(canonicalValues?.length).toBeGreaterThan(0);
  });
});

describe("any body", () => {
  it("is judged without throwing", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        readResource(strictDialect, narrow, body);
        readPatch(strictDialect, narrow, { schemas: [], Operations: body });
        readPatch(strictDialect, narrow, { Operations: [body, { path: body, value: body }] });
      }),
      { numRuns: 500 },
    );
  });
});
