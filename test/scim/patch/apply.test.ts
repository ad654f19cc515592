import { Result } from "effect";
import { describe, expect, it } from "vitest";
import { maxOperations, parsePatch, patchUrn } from "../../../src/scim/patch/index.ts";
import { maxValues, type Resource, User } from "../../../src/scim/schema/index.ts";
import { bodyOf, core, patch } from "./support.ts";

const user = (fields: Resource = {}): Resource => ({ schemas: [core], userName: "b", ...fields });
const patched = (before: Resource, ...operations: readonly unknown[]) =>
  Result.merge(patch(before, bodyOf(...operations)));
const refused = (_tag: string) => expect.objectContaining({ _tag });

describe("reading a PATCH body", () => {
  it.each([null, 7, [], "x", {}, { schemas: [patchUrn] }, { schemas: patchUrn, Operations: [{}] }])(
    "refuses %j",
    (body) => {
      expect(Result.merge(parsePatch(User, body))).toEqual(refused("InvalidSyntax"));
    },
  );

  it("takes 1,000 operations and refuses 1,001", () => {
    const many = (count: number) =>
      bodyOf(...Array.from({ length: count }, () => ({ op: "remove", path: "title" })));
    expect(Result.isSuccess(parsePatch(User, many(maxOperations)))).toBe(true);
    expect(Result.merge(parsePatch(User, many(maxOperations + 1)))).toEqual(refused("InvalidSyntax"));
  });

  it("finds its own keys in any capitalisation (RFC 7643 §2.1)", () => {
    const body = { SCHEMAS: [patchUrn], operations: [{ OP: "add", Path: "TITLE", VALUE: "Guide" }] };
    expect(Result.merge(patch(user(), body))).toEqual(user({ title: "Guide" }));
  });

  it.each([
    [{ op: "add", value: "x" }, "InvalidValue"],
    [{ op: "add", value: ["x"] }, "InvalidValue"],
    [{ op: "add", path: 7, value: "x" }, "InvalidPath"],
    [{ op: "add", path: "", value: "x" }, "InvalidPath"],
    [{ op: "add", path: "title" }, "InvalidValue"],
    [{ op: "remove" }, "NoTarget"],
    [{ op: "remove", path: null }, "NoTarget"],
    [{ op: 1, path: "title" }, "InvalidSyntax"],
    [{ path: "title", value: "x" }, "InvalidSyntax"],
    ["remove", "InvalidSyntax"],
    [{ op: "replace", path: "title[type eq 1]", value: "x" }, "InvalidPath"],
    [{ op: "replace", path: `name[givenName eq "x"]`, value: {} }, "InvalidPath"],
    [{ op: "replace", path: `emails[type eq "x"].colour`, value: "x" }, "InvalidPath"],
    [{ op: "replace", path: `emails[type eq 7].value`, value: "x" }, "InvalidFilter"],
    [{ op: "replace", path: "schemas", value: [] }, "NotMutable"],
    [{ op: "replace", value: { meta: {} } }, "NotMutable"],
    [{ op: "replace", path: "x".repeat(3_000), value: "x" }, "InvalidPath"],
  ])("refuses %j with %s", (operation, tag) => {
    expect(patched(user(), operation)).toEqual(refused(tag));
  });

  it("takes an empty value without path for no change", () => {
    expect(patched(user(), { op: "replace", value: {} })).toEqual(user());
  });
});

describe("add", () => {
  it("appends new values after the old ones", () => {
    const before = user({ emails: [{ value: "a" }] });
    expect(
      patched(before, { op: "add", path: "emails", value: [{ value: "b" }, { value: "a" }, { value: "b" }] }),
    ).toEqual(user({ emails: [{ value: "a" }, { value: "b" }] }));
  });

  it("completes a value that is there", () => {
    const before = user({ emails: [{ value: "a", type: "work" }] });
    expect(
      patched(before, { op: "add", path: "emails", value: [{ value: "a", type: "work", primary: true }] }),
    ).toEqual(user({ emails: [{ value: "a", type: "work", primary: true }] }));
  });

  it("compares values without a `value` by all they hold, in any order", () => {
    const before = user({ addresses: [{ type: "work", country: "FR" }] });
    expect(
      patched(before, { op: "add", path: "addresses", value: [{ country: "FR", type: "work" }] }),
    ).toEqual(before);
    expect(
      patched(before, { op: "add", path: "addresses", value: [{ country: "DE", type: "work" }] }),
    ).toMatchObject({
      addresses: [{ country: "FR" }, { country: "DE" }],
    });
  });

  it("adds nothing for null", () => {
    expect(patched(user({ title: "x" }), { op: "add", path: "title", value: null })).toEqual(
      user({ title: "x" }),
    );
    const missing = { op: "add", path: `emails[type eq "work"].value`, value: null };
    expect(patched(user(), missing)).toEqual(user());
  });

  it("makes an element from several equalities, and none from contradicting ones", () => {
    const add = (filter: string) => ({ op: "add", path: `emails[${filter}].value`, value: "a" });
    expect(patched(user(), add(`type eq "work" and primary eq true`))).toEqual(
      user({ emails: [{ type: "work", primary: true, value: "a" }] }),
    );
    expect(patched(user(), add(`type eq "work" and type eq "home"`))).toEqual(refused("NoTarget"));
    expect(patched(user(), add(`type eq "work" or type eq "home"`))).toEqual(refused("NoTarget"));
    expect(patched(user(), add(`not (type eq "work")`))).toEqual(refused("NoTarget"));
  });

  it("completes the elements a filter selects", () => {
    const before = user({ emails: [{ value: "a", type: "work" }, { value: "b" }] });
    expect(patched(before, { op: "add", path: `emails[type eq "work"]`, value: { display: "A" } })).toEqual(
      user({ emails: [{ value: "a", type: "work", display: "A" }, { value: "b" }] }),
    );
  });

  it("refuses more values than an attribute may have, before they are all copied again", () => {
    const values = (from: number) =>
      Array.from({ length: maxValues }, (_, index) => ({ value: `${from + index}` }));
    const add = (from: number) => ({ op: "add", path: "roles", value: values(from) });
    expect(patched(user(), add(0), add(0))).toMatchObject({ userName: "b" });
    expect(patched(user(), add(0), add(1))).toEqual(refused("InvalidValue"));
  });
});

describe("replace", () => {
  it("sets what was absent (RFC 7644 §3.5.2.3)", () => {
    expect(patched(user(), { op: "replace", path: "name.givenName", value: "B" })).toEqual(
      user({ name: { givenName: "B" } }),
    );
  });

  it("replaces a selected element but keeps what selected it", () => {
    const before = user({ emails: [{ value: "a", type: "work", display: "A" }, { value: "b" }] });
    expect(patched(before, { op: "replace", path: `emails[type eq "work"]`, value: { value: "c" } })).toEqual(
      user({ emails: [{ type: "work", value: "c" }, { value: "b" }] }),
    );
  });

  it("unassigns parts with null", () => {
    const before = user({ name: { givenName: "B", familyName: "J" } });
    expect(patched(before, { op: "replace", value: { name: { givenName: null } } })).toEqual(
      user({ name: { familyName: "J" } }),
    );
  });

  it("unassigns a list with an empty array", () => {
    expect(patched(user({ emails: [{ value: "a" }] }), { op: "replace", path: "emails", value: [] })).toEqual(
      user(),
    );
  });

  it("clears the other primaries for one new one only", () => {
    const before = user({
      emails: [
        { value: "a", primary: true },
        { value: "b", type: "x" },
        { value: "c", type: "x" },
      ],
    });
    expect(patched(before, { op: "replace", path: `emails[type eq "x"].primary`, value: true })).toEqual(
      refused("InvalidValue"),
    );
  });

  it("has no target in an empty list", () => {
    expect(patched(user(), { op: "replace", path: "emails.type", value: "x" })).toEqual(refused("NoTarget"));
  });

  it("keeps the stored id and meta", () => {
    const before = user({ id: "1", meta: { resourceType: "User" }, groups: [{ value: "g" }] });
    expect(patched(before, { op: "replace", path: "title", value: "x" })).toEqual({ ...before, title: "x" });
  });

  it("ignores readOnly parts inside a value, as a PUT does", () => {
    const urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    const result = patched(user(), {
      op: "replace",
      path: `${urn}:manager`,
      value: { value: "1", displayName: "Boss" },
    });
    expect(result).toMatchObject({ [urn]: { manager: { value: "1" } } });
    expect(JSON.stringify(result)).not.toContain("Boss");
  });
});

describe("remove", () => {
  const roles = user({ roles: [{ value: "a", type: "x" }, { value: "a", type: "y" }, { value: "b" }] });

  it("removes the listed values, of one type where one is given", () => {
    expect(patched(roles, { op: "remove", path: "roles", value: [{ value: "a" }] })).toEqual(
      user({ roles: [{ value: "b" }] }),
    );
    expect(patched(roles, { op: "remove", path: "roles", value: [{ value: "a", type: "y" }] })).toEqual(
      user({ roles: [{ value: "a", type: "x" }, { value: "b" }] }),
    );
  });

  it("removes listed values without a `value` only when they are the same", () => {
    const before = user({ addresses: [{ type: "work", country: "FR" }, { type: "home" }] });
    expect(patched(before, { op: "remove", path: "addresses", value: [{ type: "work" }] })).toEqual(before);
    expect(patched(before, { op: "remove", path: "addresses", value: [{ type: "home" }] })).toEqual(
      user({ addresses: [{ type: "work", country: "FR" }] }),
    );
  });

  it.each([[[]], [[null]], [[{}]], ["a"], [{ value: "a" }], [["a"]], [[{ colour: "x" }]], [7], [false]])(
    "refuses the unusable list %j and removes nothing",
    (value) => {
      expect(patched(roles, { op: "remove", path: "roles", value })).toEqual(refused("InvalidValue"));
    },
  );

  it("takes null for no list", () => {
    expect(patched(roles, { op: "remove", path: "roles", value: null })).toEqual(user());
  });

  it("drops an element that has nothing left", () => {
    const before = user({ emails: [{ type: "work" }, { value: "b" }] });
    expect(patched(before, { op: "remove", path: `emails[type eq "work"].type` })).toEqual(
      user({ emails: [{ value: "b" }] }),
    );
  });
});

describe("the work of one PATCH", () => {
  it("is bounded by its filters' comparisons", () => {
    const terms = (count: number) =>
      Array.from({ length: count }, (_, index) => `value eq "${index}"`).join(" or ");
    const remove = { op: "remove", path: `roles[${terms(50)}]` };
    const operations = (count: number) => Array.from({ length: count }, () => remove);
    const before = user({ roles: Array.from({ length: maxValues }, (_, index) => ({ value: `r${index}` })) });
    expect(patched(before, ...operations(100))).toEqual(before);
    expect(patched(before, ...operations(101))).toEqual(refused("InvalidFilter"));
  });
});
