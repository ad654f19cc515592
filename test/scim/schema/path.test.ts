import { describe, expect, it } from "vitest";
import {
  attributesOf,
  find,
  Group,
  resolvePath,
  resolveWithin,
  User,
} from "../../../src/scim/schema/index.ts";

const core = "urn:ietf:params:scim:schemas:core:2.0:User";
const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

describe("finding an attribute path", () => {
  it.each([
    ["userName", ["userName"]],
    ["USERNAME", ["userName"]],
    ["name.GIVENNAME", ["name", "givenName"]],
    ["emails.value", ["emails", "value"]],
    ["members.$REF", undefined],
    ["meta.lastModified", ["meta", "lastModified"]],
    [`${core}:userName`, ["userName"]],
    [`${core.toUpperCase()}:Name.FamilyName`, ["name", "familyName"]],
    [`${core}:externalId`, ["externalId"]],
    [enterprise, [enterprise]],
    [`${enterprise}:department`, [enterprise, "department"]],
    [`${enterprise}:manager.value`, [enterprise, "manager", "value"]],
    [`${enterprise.toLowerCase()}:MANAGER.$ref`, [enterprise, "manager", "$ref"]],
  ])("%s → %j", (path, keys) => {
    expect(resolvePath(User, path)?.keys).toEqual(keys);
  });

  it.each([
    "",
    ".",
    "userName.",
    ".userName",
    "name.",
    "name.givenName.x",
    "userName.value",
    "unknown",
    core,
    `${core}:`,
    `${core}:role`,
    `${enterprise}:`,
    `${enterprise}:userName`,
    `${enterprise}.department`,
    "department",
    "__proto__",
    "constructor",
    "constructor.prototype",
    "name.__proto__",
    "toString",
    "urn:example:User:userName",
  ])("%j is nothing", (path) => {
    expect(resolvePath(User, path)).toBeUndefined();
  });

  it("has one row, key and flag for each step", () => {
    const path = resolvePath(User, "emails.primary");
    expect(path?.multiValued).toEqual([true, false]);
    expect(path?.rows.map((row) => row.type)).toEqual(["complex", "boolean"]);
    expect(path).toMatchObject({ type: "boolean", attribute: { name: "primary" } });
  });

  it("finds what is inside an element", () => {
    const members = find(attributesOf(Group), "members");
    expect(members && resolveWithin(members, "VALUE")?.keys).toEqual(["value"]);
    expect(members && resolveWithin(members, "members")).toBeUndefined();
  });
});
