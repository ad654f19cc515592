import { Result } from "effect";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Dialect,
  lenientDialect,
  rewriteResource,
  strictDialect,
} from "../../../src/scim/dialect/index.ts";
import { Group, User, validate } from "../../../src/scim/schema/index.ts";

const core = "urn:ietf:params:scim:schemas:core:2.0:User";
const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const misspelt = "urn:ietf:params:scim:schemas:extension:enterprise:2.0User";

const make = (fields: object, dialect: Dialect = lenientDialect) =>
  Result.merge(validate(User, rewriteResource(dialect, User, { schemas: [core], userName: "b", ...fields })));

const withManager = {
  schemas: [core, enterprise],
  userName: "b",
  [enterprise]: { manager: { value: "26118915" } },
};

describe("a user as Entra creates it", () => {
  it("is accepted as documented, nulls, misspelt URN and all", () => {
    const body = {
      schemas: [core, misspelt],
      externalId: "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
      userName: "Test_User_ab6490ee",
      active: "True",
      addresses: null,
      displayName: null,
      emails: [{ type: "work", value: "Test_User@example.com", primary: "true" }],
      meta: { resourceType: "User" },
      name: { formatted: "given family", familyName: "family", givenName: "given" },
      roles: [],
      department: null,
      manager: null,
    };
    expect(Result.merge(validate(User, rewriteResource(lenientDialect, User, body)))).toEqual({
      schemas: [core],
      externalId: body.externalId,
      userName: body.userName,
      active: true,
      emails: [{ type: "work", value: "Test_User@example.com", primary: true }],
      name: body.name,
    });
  });

  it.each([
    ["text in the extension", { [enterprise]: { manager: "26118915" } }],
    ["an array in the extension", { [enterprise]: { manager: [{ $ref: null, value: "26118915" }] } }],
    ["an object in the extension", { [enterprise]: { manager: { value: "26118915" } } }],
    ["text without the URN", { manager: "26118915" }],
    ["an array without the URN", { manager: ["26118915"] }],
    ["a qualified key", { [`${enterprise}:manager`]: "26118915" }],
    ["a qualified, dotted key", { [`${enterprise}:manager.value`]: "26118915" }],
    ["the misspelt extension", { [misspelt]: { manager: "26118915" } }],
    ["a misspelt, qualified key", { [`${misspelt}:manager`]: "26118915" }],
  ])("has its manager understood as %s", (_, fields) => {
    expect(make(fields)).toEqual(withManager);
  });

  it("keeps what stands in its proper place when it is also said elsewhere", () => {
    expect(make({ manager: "other", [enterprise]: { manager: "26118915" } })).toEqual(withManager);
    expect(make({ [misspelt]: { manager: "other" }, [enterprise]: { manager: "26118915" } })).toEqual(
      withManager,
    );
    expect(make({ "name.givenName": "other", NAME: { givenName: "B" } })).toMatchObject({
      name: { givenName: "B" },
    });
  });

  it("has dotted keys put together", () => {
    expect(make({ "name.givenName": "B", "name.familyName": "J", [`${core}:title`]: "Guide" })).toMatchObject(
      {
        name: { givenName: "B", familyName: "J" },
        title: "Guide",
      },
    );
  });

  it("has roles unpacked from text", () => {
    const role = JSON.stringify({ id: "1", value: "25", displayName: "Role" });
    const roles = [{ value: "25", display: "Role" }];
    for (const sent of [role, [role], [{ value: role }], [JSON.parse(role)], JSON.parse(role), `[${role}]`]) {
      expect(make({ roles: sent })).toMatchObject({ roles });
    }
  });

  it("leaves text alone that only looks like JSON", () => {
    expect(make({ roles: [{ value: "{admin" }] })).toMatchObject({ roles: [{ value: "{admin" }] });
    expect(make({ title: `{"a":1}` })).toMatchObject({ title: `{"a":1}` });
  });

  it.each(["maybe", "", "0", "truee"])("does not guess at the boolean %j", (active) => {
    expect(make({ active })).toMatchObject({ _tag: "InvalidValue" });
  });

  it("does not choose among several values for a single-valued attribute", () => {
    expect(make({ title: ["a", "b"] })).toMatchObject({ _tag: "InvalidValue" });
  });

  it("takes no dotted key into a list", () => {
    expect(make({ "emails.value": "a" })).toEqual({ schemas: [core], userName: "b" });
  });
});

describe("a group as Entra creates it", () => {
  it("is accepted with its extra schema and without members", () => {
    const urn = "urn:ietf:params:scim:schemas:core:2.0:Group";
    const body = {
      schemas: [urn, "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
      externalId: "8aa1a0c0",
      displayName: "Guides",
      meta: { resourceType: "Group" },
    };
    expect(Result.merge(validate(Group, rewriteResource(lenientDialect, Group, body)))).toEqual({
      schemas: [urn],
      externalId: "8aa1a0c0",
      displayName: "Guides",
    });
  });
});

describe("a user as Okta sends it", () => {
  it("is accepted with password, empty groups and readOnly attributes", () => {
    const sent = {
      id: "1",
      meta: {},
      groups: [],
      password: "1mz050nq",
      locale: "en-US",
      externalId: "00ujl29u",
    };
    expect(make(sent)).toEqual({ schemas: [core], userName: "b", locale: "en-US", externalId: "00ujl29u" });
  });
});

describe("the strict dialect", () => {
  it.each([
    { active: "True" },
    { [enterprise]: { manager: "1" } },
    { roles: `{"value":"1"}` },
    { title: ["x"] },
  ])("refuses %j", (fields) => {
    expect(make(fields, strictDialect)).toMatchObject({ _tag: "InvalidValue" });
  });

  it("gives the body back as it is", () => {
    const body = { schemas: [core], manager: "x" };
    expect(rewriteResource(strictDialect, User, body)).toEqual(body);
  });
});

describe("any body", () => {
  const anyKey = fc.oneof(
    fc.constantFrom(
      "__proto__",
      "constructor",
      "name.__proto__",
      `${enterprise}:__proto__`,
      "manager",
      "roles",
      enterprise,
    ),
    fc.string(),
  );
  const anyBody = fc.array(fc.tuple(anyKey, fc.jsonValue()), { maxLength: 6 }).map(Object.fromEntries);

  it("is rewritten without throwing, changing it or polluting a prototype", () => {
    const before = Reflect.ownKeys(Object.prototype);
    fc.assert(
      fc.property(fc.oneof(anyBody, fc.jsonValue()), (body) => {
        const copy = structuredClone(body);
        rewriteResource(lenientDialect, User, body);
        expect(body).toEqual(copy);
        expect(Reflect.ownKeys(Object.prototype)).toEqual(before);
      }),
      { numRuns: 1_000 },
    );
  });

  it("as the RFC has it comes through unchanged", () => {
    const body = {
      schemas: [core, enterprise],
      userName: "b",
      active: true,
      name: { givenName: "B" },
      emails: [{ value: "a", primary: true }],
      [enterprise]: { manager: { value: "1" } },
      unknown: { "a.b": [1] },
    };
    expect(rewriteResource(lenientDialect, User, body)).toEqual({ ...body, unknown: undefined });
  });

  it("with very many keys takes little time", () => {
    const keys = Array.from({ length: 30_000 }, (_, index) => [`k${index}.x`, index] as const);
    const start = performance.now();
    rewriteResource(lenientDialect, User, Object.fromEntries(keys));
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
