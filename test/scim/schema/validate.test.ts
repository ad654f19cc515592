import { Result } from "effect";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  Group,
  maxValues,
  type ResourceType,
  revalidate,
  User,
  validate,
} from "../../../src/scim/schema/index.ts";

const core = "urn:ietf:params:scim:schemas:core:2.0:User";
const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const groupUrn = "urn:ietf:params:scim:schemas:core:2.0:Group";

const check = (type: ResourceType, body: unknown) => Result.merge(validate(type, body));
const user = (fields: object) => check(User, { schemas: [core], userName: "bjensen", ...fields });
const made = (fields: object) => ({ schemas: [core], userName: "bjensen", ...fields });

describe("a user that is created", () => {
  it("keeps what the schema knows, under its canonical names", () => {
    expect(user({ NAME: { GivenName: "Babs" }, emails: [{ VALUE: "b@example.com", Type: "work" }] })).toEqual(
      made({ name: { givenName: "Babs" }, emails: [{ value: "b@example.com", type: "work" }] }),
    );
  });

  it("drops attributes that no schema defines, at every level", () => {
    expect(
      user({ shoeSize: 44, name: { givenName: "Babs", clan: "x" }, "urn:example:2.0:X": { a: 1 } }),
    ).toEqual(made({ name: { givenName: "Babs" } }));
  });

  it("ignores readOnly attributes", () => {
    const readOnly = { id: "mine", meta: { created: "x" }, groups: [{ value: "admins" }] };
    expect(user({ ...readOnly, [enterprise]: { manager: { value: "1", displayName: "Boss" } } })).toEqual({
      ...made({ [enterprise]: { manager: { value: "1" } } }),
      schemas: [core, enterprise],
    });
  });

  it("takes null, empty arrays and objects without values for unassigned", () => {
    const nothing = { title: null, emails: [], roles: [null, {}], name: { givenName: null }, addresses: [] };
    expect(user({ ...nothing, [enterprise]: { department: null } })).toEqual(made({}));
  });

  it("accepts and discards a password", () => {
    expect(user({ password: "t1meMa$heen" })).toEqual(made({}));
    expect(user({ password: 7 })).toMatchObject({ _tag: "InvalidValue" });
  });

  it("accepts canonical values it does not list", () => {
    const emails = [{ value: "b@example.com", type: "holiday" }];
    expect(user({ emails })).toEqual(made({ emails }));
  });

  it("lists in schemas what is present, whatever was listed", () => {
    expect(check(User, { schemas: [enterprise, core], userName: "b" })).toMatchObject({ schemas: [core] });
    expect(user({ [enterprise]: { department: "Tours" } })).toMatchObject({ schemas: [core, enterprise] });
  });

  it("matches schema URNs in any capitalisation", () => {
    expect(
      check(User, {
        schemas: [core.toUpperCase()],
        userName: "b",
        [enterprise.toUpperCase()]: { department: "T" },
      }),
    ).toEqual({ schemas: [core, enterprise], userName: "b", [enterprise]: { department: "T" } });
  });

  it.each([null, undefined, 7, "x", [], [{}]])("refuses a body that is no object: %j", (body) => {
    expect(check(User, body)).toMatchObject({ _tag: "InvalidSyntax" });
  });

  it.each([[undefined], [[]], [core], [[enterprise]], [[7]]])(
    "refuses schemas without the core URN: %j",
    (schemas) => {
      expect(check(User, { schemas, userName: "b" })).toMatchObject({ _tag: "InvalidSyntax" });
    },
  );

  it.each([
    [{ userName: undefined }, "userName"],
    [{ userName: null }, "userName"],
    [{ userName: "  " }, "userName"],
    [{ userName: 7 }, "userName"],
    [{ userName: ["b"] }, "userName"],
    [{ active: "true" }, "active"],
    [{ active: 1 }, "active"],
    [{ name: "Babs" }, "name"],
    [{ name: ["Babs"] }, "name"],
    [{ name: { givenName: {} } }, "name.givenName"],
    [{ emails: { value: "x" } }, "emails"],
    [{ emails: "x" }, "emails"],
    [{ emails: ["x"] }, "emails"],
    [{ emails: [{ value: 1 }] }, "emails.value"],
    [{ emails: [{ value: "x", primary: "yes" }] }, "emails.primary"],
    [{ x509Certificates: [{ value: "not base64!" }] }, "x509Certificates.value"],
    [{ [enterprise]: "x" }, "enterprise"],
  ])("refuses a value that does not fit: %j", (fields, name) => {
    const result = user(fields);
    expect(result).toMatchObject({ _tag: "InvalidValue", detail: expect.stringContaining(name) });
  });

  it("refuses one attribute under two spellings", () => {
    expect(user({ title: "a", TITLE: "b" })).toMatchObject({ _tag: "InvalidValue" });
    expect(user({ USERNAME: "other" })).toMatchObject({ _tag: "InvalidValue" });
  });

  it("refuses two primary values of one attribute", () => {
    const primary = { primary: true };
    expect(
      user({
        emails: [
          { value: "a", ...primary },
          { value: "b", ...primary },
        ],
      }),
    ).toMatchObject({
      _tag: "InvalidValue",
    });
    expect(user({ emails: [{ value: "a", ...primary }], roles: [{ value: "b", ...primary }] })).toMatchObject(
      {
        schemas: [core],
      },
    );
  });
});

describe("text", () => {
  it.each(["userName", "displayName", "externalId"])("%s has at most 512 characters", (name) => {
    expect(user({ [name]: "x".repeat(512) })).toMatchObject({ [name]: "x".repeat(512) });
    expect(user({ [name]: "x".repeat(513) })).toMatchObject({ _tag: "InvalidValue" });
  });

  it("has at most 64 KB elsewhere", () => {
    expect(user({ title: "x".repeat(65_536) })).toMatchObject({ schemas: [core] });
    expect(user({ title: "x".repeat(65_537) })).toMatchObject({ _tag: "InvalidValue" });
  });

  it.each(["a\u0007b", "a\rb", "a\u009fb", "a\u202eb", "a\u2066b", "a\u200fb"])(
    "has no control or bidirectional characters in userName and emails: %j",
    (text) => {
      expect(user({ userName: text })).toMatchObject({ _tag: "InvalidValue" });
      expect(user({ emails: [{ value: text }] })).toMatchObject({ _tag: "InvalidValue" });
      expect(user({ title: text })).toMatchObject({ title: text });
    },
  );

  it("may have tabs and newlines", () => {
    expect(user({ userName: "a\tb\nc" })).toMatchObject({ userName: "a\tb\nc" });
  });

  it.each(["a\0b", "a\ud800b", "\udc00"])("has nowhere what the database cannot store: %j", (text) => {
    expect(user({ title: text })).toMatchObject({ _tag: "InvalidValue" });
    expect(user({ externalId: text })).toMatchObject({ _tag: "InvalidValue" });
  });

  it("has a limit to the number of values", () => {
    const roles = Array.from({ length: maxValues + 1 }, (_, index) => ({ value: `r${index}` }));
    expect(user({ roles })).toMatchObject({ _tag: "InvalidValue" });
    expect(user({ roles: roles.slice(1) })).toMatchObject({ schemas: [core] });
  });
});

describe("a group that is created", () => {
  const group = (fields: object) => check(Group, { schemas: [groupUrn], displayName: "Guides", ...fields });

  it("needs a name", () => {
    expect(group({ displayName: undefined })).toMatchObject({ _tag: "InvalidValue" });
    expect(group({ displayName: "" })).toMatchObject({ _tag: "InvalidValue" });
  });

  it("accepts Entra's extra schema URN", () => {
    const entra = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";
    expect(group({ schemas: [groupUrn, entra] })).toEqual({ schemas: [groupUrn], displayName: "Guides" });
  });

  it("keeps what identifies a member and drops the name shown", () => {
    const members = [{ value: "a", $ref: null, display: "A", type: "User" }];
    expect(group({ members })).toMatchObject({ members: [{ value: "a", type: "User" }] });
  });

  it("refuses a member without a value", () => {
    expect(group({ members: [{ display: "A" }] })).toMatchObject({ _tag: "InvalidValue" });
  });

  it("takes 100,000 members in one go", () => {
    const members = Array.from({ length: 100_000 }, (_, index) => ({ value: `m${index}`, display: "x" }));
    const start = performance.now();
    expect(group({ members })).toMatchObject({ displayName: "Guides" });
    expect(performance.now() - start).toBeLessThan(3_000);
  });
});

describe("a resource of ours", () => {
  it("keeps its readOnly attributes and computes its schemas", () => {
    const stored = { id: "1", userName: "b", meta: { resourceType: "User" }, groups: [{ value: "g" }] };
    expect(Result.merge(revalidate(User, stored))).toEqual({ ...stored, schemas: [core] });
  });
});

describe("any body", () => {
  const anyKey = fc.oneof(
    fc.constantFrom(
      "__proto__",
      "constructor",
      "prototype",
      "userName",
      "name",
      "emails",
      "schemas",
      enterprise,
    ),
    fc.string(),
  );
  const anyBody = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue({ maxDepth: 1 }),
      tie("object"),
      fc.array(tie("value"), { maxLength: 3 }),
    ),
    object: fc.array(fc.tuple(anyKey, tie("value")), { maxLength: 6 }).map(Object.fromEntries),
  })).object;

  it("never throws, never reaches a prototype, and gives only canonical keys", () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    fc.assert(
      fc.property(anyBody, (body) => {
        const sent = Object.fromEntries([...Object.entries(body ?? {}), ["schemas", [core]]]);
        const result = check(User, sent);
        expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
        expect(Object.getPrototypeOf(result)).not.toBe(null);
        for (const key of ["__proto__", "constructor", "prototype"]) {
          expect(Object.hasOwn(result, key)).toBe(false);
        }
      }),
    );
  });

  it("is unharmed by a parsed __proto__", () => {
    const body = JSON.parse(`{"schemas":["${core}"],"userName":"b","__proto__":{"active":true},
      "name":{"__proto__":{"givenName":"x"},"constructor":{"prototype":{"polluted":true}}}}`);
    expect(check(User, body)).toStrictEqual({ schemas: [core], userName: "b" });
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });

  it("that is valid stays the same when validated again", () => {
    const fields = fc.record(
      {
        title: fc.string(),
        active: fc.boolean(),
        emails: fc.array(fc.record({ value: fc.string(), type: fc.string() })),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fields, (each) => {
        const first = validate(User, made(each));
        fc.pre(Result.isSuccess(first));
        expect(check(User, Result.merge(first))).toEqual(Result.merge(first));
      }),
    );
  });
});
