import { describe, expect, it } from "vitest";
import {
  coreTypes,
  resourceTypeDocuments,
  schemaDocuments,
  serviceProviderConfig,
  User,
  validate,
} from "../../../src/scim/schema/index.ts";

const types = Object.values(coreTypes);
const base = "https://id.example.com/scim/v2";
const documents = JSON.parse(JSON.stringify(schemaDocuments(base, types)));
const attribute = (schema: number, name: string) =>
  documents[schema].attributes.find((each: { readonly name: string }) => each.name === name);

const visit = (value: unknown, see: (value: unknown) => void): void => {
  see(value);
  if (typeof value === "object" && value !== null) for (const each of Object.values(value)) visit(each, see);
};

describe("/Schemas", () => {
  it("has one document for each schema, at its address", () => {
    expect(documents.map((each: { readonly id: string }) => each.id)).toEqual([
      "urn:ietf:params:scim:schemas:core:2.0:User",
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
      "urn:ietf:params:scim:schemas:core:2.0:Group",
    ]);
    expect(documents[2].meta).toEqual({
      resourceType: "Schema",
      location: `${base}/Schemas/urn:ietf:params:scim:schemas:core:2.0:Group`,
    });
  });

  it("has no null, which Entra refuses", () => {
    visit(schemaDocuments(base, types), (value) => expect(value).not.toBe(null));
    visit(schemaDocuments(base, types), (value) => expect(value).not.toBe(undefined));
  });

  it("has all attributes of RFC 7643 §4.1", () => {
    const names = documents[0].attributes.map((each: { readonly name: string }) => each.name);
    expect(names).toEqual([
      "userName",
      "name",
      "displayName",
      "nickName",
      "profileUrl",
      "title",
      "userType",
      "preferredLanguage",
      "locale",
      "timezone",
      "active",
      "password",
      "emails",
      "phoneNumbers",
      "ims",
      "photos",
      "addresses",
      "groups",
      "entitlements",
      "roles",
      "x509Certificates",
    ]);
  });

  it("says what RFC 7643 §8.7.1 says about userName", () => {
    expect(attribute(0, "userName")).toMatchObject({
      type: "string",
      multiValued: false,
      required: true,
      caseExact: false,
      mutability: "readWrite",
      returned: "default",
      uniqueness: "server",
    });
  });

  it("says that passwords are never returned and groups readOnly", () => {
    expect(attribute(0, "password")).toMatchObject({ mutability: "writeOnly", returned: "never" });
    expect(attribute(0, "groups")).toMatchObject({ mutability: "readOnly" });
  });

  it("announces only users as members", () => {
    const parts = attribute(2, "members").subAttributes;
    expect(parts).toContainEqual(expect.objectContaining({ name: "$ref", referenceTypes: ["User"] }));
    expect(parts).toContainEqual(expect.objectContaining({ name: "type", canonicalValues: ["User"] }));
  });

  it("keeps our own limits to itself", () => {
    expect(JSON.stringify(documents)).not.toMatch(/maxLength|identifies|unbounded/);
  });
});

describe("/ResourceTypes", () => {
  it("names endpoint, schema and extensions", () => {
    expect(resourceTypeDocuments(base, types)).toMatchObject([
      {
        id: "User",
        name: "User",
        endpoint: "/Users",
        schema: "urn:ietf:params:scim:schemas:core:2.0:User",
        schemaExtensions: [
          { schema: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", required: false },
        ],
        meta: { location: `${base}/ResourceTypes/User`, resourceType: "ResourceType" },
      },
      { id: "Group", endpoint: "/Groups", schemaExtensions: [] },
    ]);
  });
});

describe("/ServiceProviderConfig", () => {
  it("says what is supported", () => {
    expect(serviceProviderConfig(base)).toMatchObject({
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
      patch: { supported: true },
      filter: { supported: true, maxResults: 200 },
      bulk: { supported: true, maxOperations: 1000, maxPayloadSize: 8_388_608 },
      sort: { supported: true },
      pagination: {
        cursor: true,
        index: true,
        defaultPaginationMethod: "index",
        defaultPageSize: 100,
        maxPageSize: 200,
        cursorTimeout: 3600,
      },
      etag: { supported: true },
      changePassword: { supported: false },
      authenticationSchemes: [{ type: "oauthbearertoken" }],
    });
  });

  it("names the documentation only when there is some", () => {
    expect(serviceProviderConfig(base)).not.toHaveProperty("documentationUri");
    const options = { documentationUri: "https://docs.example.com" };
    expect(serviceProviderConfig(base, options)).toMatchObject(options);
  });
});

describe("the table", () => {
  it("is what validation goes by: an announced string takes no number", () => {
    for (const { name, type } of documents[0].attributes) {
      if (type !== "string") continue;
      const body = { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], userName: "b", [name]: 7 };
      expect(validate(User, body)).toMatchObject({ _tag: "Failure" });
    }
  });
});
