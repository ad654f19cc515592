import { describe, expect, it } from "vitest";
import { Group, type Projection, project, type Resource, User } from "../../../src/scim/schema/index.ts";

const core = "urn:ietf:params:scim:schemas:core:2.0:User";
const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

const user: Resource = {
  schemas: [core, enterprise],
  id: "1",
  userName: "bjensen",
  name: { givenName: "Babs", familyName: "Jensen" },
  emails: [{ value: "b@example.com", type: "work" }, { value: "c@example.com" }],
  password: "secret",
  [enterprise]: { department: "Tours", manager: { value: "2" } },
};

const always = { schemas: user.schemas, id: "1" };
const { password: _, ...shown } = user;

const show = (asked: Projection) => project(User, user, asked);

describe("what an answer shows", () => {
  it("is everything but what is never returned, when nothing is asked", () => {
    expect(project(User, user)).toEqual(shown);
    expect(show({ attributes: [], excludedAttributes: [] })).toEqual(shown);
  });

  it.each([
    [["userName"], { userName: "bjensen" }],
    [["USERNAME", " id "], { userName: "bjensen" }],
    [["name.givenName"], { name: { givenName: "Babs" } }],
    [["name", "name.givenName"], { name: user["name"] }],
    [["name.givenName", "name"], { name: user["name"] }],
    [["emails.value"], { emails: [{ value: "b@example.com" }, { value: "c@example.com" }] }],
    [[`${core}:userName`], { userName: "bjensen" }],
    [[enterprise], { [enterprise]: user[enterprise] }],
    [[`${enterprise}:manager.value`], { [enterprise]: { manager: { value: "2" } } }],
    [["password"], {}],
    [["favouriteColour", "__proto__"], {}],
    [["name.middleName"], {}],
  ])("attributes %j gives these and what is always returned", (attributes, expected) => {
    expect(show({ attributes })).toEqual({ ...always, ...expected });
  });

  it("leaves out what is excluded, but never what is always returned", () => {
    const { name: _name, emails: _emails, ...rest } = shown;
    expect(show({ excludedAttributes: ["NAME", "emails", "id", "schemas"] })).toEqual(rest);
  });

  it("leaves out an excluded part", () => {
    expect(show({ excludedAttributes: ["name.familyName", `${enterprise}:department`] })).toEqual({
      ...shown,
      name: { givenName: "Babs" },
      [enterprise]: { manager: { value: "2" } },
    });
  });

  it("still leaves out what is never returned", () => {
    expect(show({ excludedAttributes: ["title"] })).toEqual(shown);
  });

  it("lets attributes win over excludedAttributes", () => {
    expect(show({ attributes: ["userName"], excludedAttributes: ["userName"] })).toEqual({
      ...always,
      userName: "bjensen",
    });
  });

  it("leaves a group's members out for Entra", () => {
    const group = { schemas: ["g"], id: "1", displayName: "Guides", members: [{ value: "a" }] };
    const { members: __, ...rest } = group;
    expect(project(Group, group, { excludedAttributes: ["members"] })).toEqual(rest);
  });

  it("does not change the resource", () => {
    const before = structuredClone(user);
    show({ attributes: ["emails.value"] });
    show({ excludedAttributes: ["emails.value"] });
    expect(user).toEqual(before);
  });
});
