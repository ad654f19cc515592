/** Groups as rules may name them, page by page, of one organization only. */
import { expect, it } from "vitest";
import { startServer } from "../support/server.ts";

const server = await startServer();
const urn = "urn:ietf:params:scim:schemas:core:2.0:Group";

const groups = async (args: string, organization = "acme") => {
  const query = `{ organization(slug: "${organization}") { groups${args} { items { name connection kind members above } next } } }`;
  return (await server.graphql(query)).body;
};

it("shows them by page, by connection and by a part of the name, and those of no other organization", async () => {
  for (const displayName of ["Engineering", "Straße", "Sales"]) {
    expect((await server.scim("POST", "/Groups", { schemas: [urn], displayName })).status).toBe(201);
  }
  const names = ({
    data,
  }: {
    data: { organization: { groups: { items: ReadonlyArray<{ name: string }> } } };
  }) => data.organization.groups.items.map(({ name }) => name);
  const first = await groups("(first: 2)");
  expect(names(first)).toEqual(["Engineering", "Straße"]);
  expect(names(await groups(`(first: 2, after: "${first.data.organization.groups.next}")`))).toEqual([
    "Sales",
  ]);
  expect(names(await groups(`(search: "STRASSE")`))).toEqual([]);
  expect(names(await groups(`(search: "sTRAß")`))).toEqual(["Straße"]);
  expect(names(await groups(`(search: "%")`))).toEqual([]);
  expect(names(await groups(`(connection: "scim")`))).toHaveLength(3);
  expect((await groups(`(connection: "none")`)).errors[0].extensions.code).toBe("NotFound");
  await server.graphql(`mutation { createOrganization(slug: "globex") { id } }`);
  expect(names(await groups("", "globex"))).toEqual([]);
});
