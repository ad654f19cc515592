import { Result } from "effect";
import { describe, expect, it } from "vitest";
import { parseFilter, resolveFilter } from "../../../src/scim/filter/index.ts";
import { Group, type ResourceType, User } from "../../../src/scim/schema/index.ts";

const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

const resolve = (text: string, type: ResourceType = User) =>
  Result.merge(Result.flatMap(parseFilter(text), ({ filter }) => resolveFilter(type, filter)));

describe("looking a filter up in the schema table", () => {
  it("gives the canonical path of a name in any capitalisation", () => {
    expect(resolve(`USERNAME eq "x"`)).toMatchObject({
      _tag: "Compare",
      path: { keys: ["userName"], multiValued: [false], type: "string", caseExact: false },
    });
  });

  it("puts an extension's URN first among the keys", () => {
    expect(resolve(`${enterprise.toUpperCase()}:MANAGER.VALUE eq "x"`)).toMatchObject({
      path: { keys: [enterprise, "manager", "value"], multiValued: [false, false, false], caseExact: true },
    });
  });

  it("leaves the core URN out of the keys", () => {
    const text = `urn:ietf:params:scim:schemas:core:2.0:User:name.givenName pr`;
    expect(resolve(text)).toMatchObject({ _tag: "Present", path: { keys: ["name", "givenName"] } });
  });

  it("takes a complex attribute for its value in a comparison, not in `pr`", () => {
    expect(resolve(`emails co "x"`)).toMatchObject({
      path: { keys: ["emails", "value"], multiValued: [true, false] },
    });
    expect(resolve(`members eq "x"`, Group)).toMatchObject({ path: { keys: ["members", "value"] } });
    expect(resolve(`${enterprise}:manager eq "x"`)).toMatchObject({
      path: { keys: [enterprise, "manager", "value"] },
    });
    expect(resolve("emails pr")).toMatchObject({ _tag: "Present", path: { keys: ["emails"] } });
  });

  it("makes paths in a value filter relative to the element", () => {
    expect(resolve(`emails[TYPE eq "work" and primary eq true]`)).toMatchObject({
      _tag: "Some",
      path: { keys: ["emails"] },
      filter: { left: { path: { keys: ["type"] } }, right: { path: { keys: ["primary"] }, value: true } },
    });
  });

  it("reads a comparison with null as one about presence", () => {
    expect(resolve("title ne null")).toMatchObject({ _tag: "Present", path: { keys: ["title"] } });
    expect(resolve("emails eq null")).toMatchObject({
      _tag: "Not",
      filter: { _tag: "Present", path: { keys: ["emails"] } },
    });
  });

  it("reads Entra's booleans in text", () => {
    expect(resolve(`roles[primary eq "True"]`)).toMatchObject({ filter: { value: true } });
    expect(resolve(`active eq "FALSE"`)).toMatchObject({ value: false });
  });

  it.each([
    [`favouriteColour eq "blue"`, 0],
    [`userName pr and favouriteColour pr`, 16],
    [`name.colour pr`, 0],
    [`emails[colour pr]`, 7],
    [`emails[type pr].colour eq "x"`, 16],
    [`userName.value pr`, 0],
    [`__proto__ pr`, 0],
    [`constructor eq "x"`, 0],
    [`urn:example:other:userName pr`, 0],
    [`urn:ietf:params:scim:schemas:core:2.0:Group:displayName pr`, 0],
    [`manager eq "x"`, 0],
  ])("refuses the undefined attribute in %s", (text, position) => {
    expect(resolve(text)).toMatchObject({ _tag: "InvalidFilter", position });
  });

  it.each([
    `active gt true`,
    `x509Certificates.value lt "MII="`,
    `active co "tr"`,
    `meta.created sw "2024"`,
    `title gt null`,
    `title co null`,
  ])("refuses the operator in %s", (text) => {
    expect(resolve(text)).toMatchObject({ _tag: "InvalidFilter" });
  });

  it.each([
    `userName eq 5`,
    `userName eq true`,
    `active eq "yes"`,
    `active eq 1`,
    `meta.created gt "yesterday"`,
  ])("refuses the value in %s", (text) => {
    expect(resolve(text)).toMatchObject({ _tag: "InvalidFilter" });
  });

  it.each([`name eq "x"`, `meta eq "x"`, `addresses eq "x"`])(
    "asks for a sub-attribute where there is no value: %s",
    (text) => {
      expect(resolve(text)).toMatchObject({ _tag: "InvalidFilter" });
    },
  );

  it.each([`name[givenName pr]`, `userName[value pr]`, `schemas[value pr]`])(
    "refuses a value filter where there are no elements: %s",
    (text) => {
      expect(resolve(text)).toMatchObject({ _tag: "InvalidFilter" });
    },
  );

  it.each([`password eq "x"`, `password pr`, `password sw "a"`])(
    "lets nobody search by password: %s",
    (text) => {
      expect(resolve(text)).toMatchObject({ _tag: "InvalidFilter" });
    },
  );
});
