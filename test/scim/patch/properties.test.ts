import { Result } from "effect";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lenientDialect, rewriteOperations } from "../../../src/scim/dialect/index.ts";
import { parsePatch, splitMembers } from "../../../src/scim/patch/index.ts";
import { Group, type Resource, revalidate, User, validate } from "../../../src/scim/schema/index.ts";
import { bodyOf, core, enterprise, freeze, patch } from "./support.ts";

const types = ["work", "home", "other"];
const element = fc.record(
  { value: fc.constantFrom("a", "b", "c"), type: fc.constantFrom(...types), primary: fc.boolean() },
  { requiredKeys: ["value"] },
);
const list = fc.array(element, { minLength: 1, maxLength: 4 });
const word = fc.constantFrom("x", "y", "z");

const resources: fc.Arbitrary<Resource> = fc
  .record(
    {
      schemas: fc.constant([core]),
      userName: word,
      id: word,
      title: word,
      active: fc.boolean(),
      name: fc.record({ givenName: word, familyName: word }, { requiredKeys: ["givenName"] }),
      emails: list,
      roles: list,
      [enterprise]: fc.record({ department: word }),
    },
    { requiredKeys: ["schemas", "userName"] },
  )
  .map((fields) => Result.getOrUndefined(revalidate(User, fields)))
  .filter((each): each is Resource => each !== undefined);

const targets = fc.oneof(
  fc.record({
    path: fc.constantFrom("title", "userName", "name.givenName", `${enterprise}:department`),
    value: word,
  }),
  fc.record({ path: fc.constant("active"), value: fc.boolean() }),
  fc.record({ path: fc.constantFrom("emails", "roles"), value: list }),
  fc.record({ path: fc.constant("name"), value: fc.record({ givenName: word }) }),
  fc.record({
    path: types.length
      ? fc.constantFrom(...types.map((each) => `emails[type eq "${each}"].value`))
      : fc.constant(""),
    value: word,
  }),
  fc.record({ path: fc.constant(`emails[type eq "work"]`), value: fc.record({ display: word }) }),
  fc.record({ value: fc.record({ title: word, emails: list, name: fc.record({ familyName: word }) }) }),
);

const settings = fc
  .tuple(fc.constantFrom("add", "replace"), targets)
  .map(([op, target]): unknown => ({ op, ...target }));

const removals = fc
  .constantFrom(
    "title",
    "emails",
    `emails[type eq "work"]`,
    `roles[value eq "a"].type`,
    "name.givenName",
    enterprise,
  )
  .map((path): unknown => ({ op: "remove", path }));

const operations = fc.array(fc.oneof(settings, removals), { minLength: 1, maxLength: 5 });

const hostile = fc.constantFrom(
  "__proto__",
  "constructor",
  "prototype",
  "constructor.prototype",
  "name.__proto__",
  "__proto__.polluted",
  `emails[type eq "__proto__"].value`,
  "emails.__proto__",
  `${enterprise}:__proto__`,
  "toString",
  "schemas",
  "meta",
);
const anyKey = fc.oneof(
  hostile,
  fc.constantFrom("name", "emails", "value", "roles", "members", enterprise),
  fc.string(),
);
const anyValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.jsonValue({ maxDepth: 1 }),
    tie("object"),
    fc.array(tie("value"), { maxLength: 3 }),
  ),
  object: fc.array(fc.tuple(anyKey, tie("value")), { maxLength: 4 }).map(Object.fromEntries),
})).value;
const anyOperation = fc.record(
  {
    op: fc.oneof(fc.constantFrom("add", "Add", "replace", "remove", "Remove"), anyValue),
    path: fc.oneof(hostile, anyKey, anyValue),
    value: anyValue,
  },
  { requiredKeys: [] },
);

describe("applying a PATCH", () => {
  it("never changes the resource it starts from", () => {
    fc.assert(
      fc.property(resources, operations, (resource, sent) => {
        const before = structuredClone(resource);
        patch(freeze(resource), bodyOf(...sent));
        expect(resource).toEqual(before);
      }),
      { numRuns: 1_000 },
    );
  });

  it("gives a resource that is valid and stays the same when validated again", () => {
    fc.assert(
      fc.property(resources, operations, (resource, sent) => {
        const result = patch(resource, bodyOf(...sent));
        fc.pre(Result.isSuccess(result));
        const after = Result.getOrThrow(result);
        expect(Result.isSuccess(validate(User, after))).toBe(true);
        expect(Result.getOrThrow(revalidate(User, after))).toEqual(after);
      }),
      { numRuns: 1_000 },
    );
  });

  it("gives the same when one add or replace is applied twice as when it is applied once", () => {
    fc.assert(
      fc.property(resources, settings, (resource, sent) => {
        const once = patch(resource, bodyOf(sent));
        fc.pre(Result.isSuccess(once));
        expect(patch(Result.getOrThrow(once), bodyOf(sent))).toEqual(once);
        expect(patch(resource, bodyOf(sent, sent))).toEqual(once);
      }),
      { numRuns: 1_000 },
    );
  });

  it("gives the same when removals are repeated", () => {
    fc.assert(
      fc.property(resources, removals, (resource, sent) => {
        const once = patch(resource, bodyOf(sent));
        expect(patch(Result.getOrThrow(once), bodyOf(sent))).toEqual(once);
      }),
    );
  });

  it("leaves every attribute alone that no operation names", () => {
    fc.assert(
      fc.property(resources, settings, (resource, sent) => {
        const after = Result.getOrUndefined(patch(resource, bodyOf(sent)));
        fc.pre(after !== undefined);
        expect(after?.["id"]).toEqual(resource["id"]);
        expect(after?.["roles"]).toEqual(
          JSON.stringify(sent).includes("roles") ? after?.["roles"] : resource["roles"],
        );
      }),
    );
  });
});

describe("any PATCH body", () => {
  it("never throws, pollutes a prototype or makes an inherited name a key", () => {
    const before = [Object.prototype, Array.prototype].map((each) => Reflect.ownKeys(each));
    fc.assert(
      fc.property(
        resources,
        fc.array(anyOperation, { maxLength: 4 }),
        fc.boolean(),
        (resource, sent, lenient) => {
          const body = lenient ? rewriteOperations(lenientDialect, User, bodyOf(...sent)) : bodyOf(...sent);
          const result = patch(freeze(resource), body);
          expect([Object.prototype, Array.prototype].map((each) => Reflect.ownKeys(each))).toEqual(before);
          const text = JSON.stringify(Result.getOrUndefined(result) ?? {});
          expect(text).not.toMatch(/"(__proto__|constructor|prototype|polluted)":/);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it("does the same to a group", () => {
    fc.assert(
      fc.property(fc.array(anyOperation, { maxLength: 4 }), (sent) => {
        const body = rewriteOperations(lenientDialect, Group, bodyOf(...sent));
        const result = Result.flatMap(parsePatch(Group, body), splitMembers);
        expect(result._tag).toMatch(/Success|Failure/);
        expect(Reflect.get({}, "polluted")).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });

  it("that is not even an operation list is refused", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        const rewritten = rewriteOperations(lenientDialect, User, body);
        expect(Result.isFailure(parsePatch(User, rewritten))).toBe(true);
      }),
    );
  });
});
