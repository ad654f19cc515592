/** Two connections of one organization, over HTTP: roles add up, and leave with their last reason. */
import { beforeAll, describe, expect, it } from "vitest";
import { startServer } from "../support/server.ts";

const server = await startServer();
const userUrn = "urn:ietf:params:scim:schemas:core:2.0:User";
const groupUrn = "urn:ietf:params:scim:schemas:core:2.0:Group";
const patchUrn = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

const mutate = async (mutation: string) => {
  const { body } = await server.graphql(`mutation { ${mutation} }`);
  expect(body.errors).toBeUndefined();
  return body.data;
};

const explain = async (name: string) => {
  const query = `query ($name: String!) { organization(slug: "acme") { explain(name: $name) { account {
    id active people { connection } roles { role reasons { connection group } } } } } }`;
  const { body } = await server.graphql(query, { name });
  return body.data.organization.explain.map((one: { account: unknown }) => one.account);
};

const tokens: Record<string, string> = { scim: server.quickStart.scimToken };

const join = async (connection: string, userName: string) => {
  const token = tokens[connection] ?? "";
  const user = await server.scim("POST", "/Users", { schemas: [userUrn], userName }, token);
  const members = [{ value: user.body.id }];
  const group = await server.scim(
    "POST",
    "/Groups",
    { schemas: [groupUrn], displayName: "Staff", members },
    token,
  );
  expect([user.status, group.status]).toEqual([201, 201]);
  return { user: user.body.id, group: group.body.id };
};

const leave = (connection: string, { user, group }: { user: string; group: string }) =>
  server.scim(
    "PATCH",
    `/Groups/${group}`,
    { schemas: [patchUrn], Operations: [{ op: "remove", path: `members[value eq "${user}"]` }] },
    tokens[connection],
  );

const setActive = (connection: string, user: string, active: boolean) =>
  server.scim(
    "PATCH",
    `/Users/${user}`,
    { schemas: [patchUrn], Operations: [{ op: "replace", path: "active", value: active }] },
    tokens[connection],
  );

beforeAll(async () => {
  await mutate(`addConnection(organization: "acme", kind: SCIM, slug: "entra") { id }`);
  const { createScimToken } = await mutate(
    `createScimToken(organization: "acme", connection: "entra", label: "test") { token }`,
  );
  tokens["entra"] = createScimToken.token;
  await mutate(`createRole(organization: "acme", key: "staff") { key }`);
  const document = `{ rules: [{ id: "staff", when: { groupName: { equals: "Staff" } }, grant: ["staff"] }] }`;
  await mutate(`draftMapping(organization: "acme", document: ${document}) { version }`);
  await mutate(`publishMapping(organization: "acme") { version }`);
});

describe("connections that are not declared the same directory", () => {
  it("give the same name two accounts and raise an exception", async () => {
    await join("scim", "apart@acme.test");
    await join("entra", "apart@acme.test");
    expect(await explain("apart@acme.test")).toHaveLength(2);
    const { body } = await server.graphql(
      `{ organization(slug: "acme") { exceptions { kind connection detail } } }`,
    );
    expect(body.data.organization.exceptions).toMatchObject([
      { kind: "ambiguous-correlation", connection: "entra", detail: { candidates: [{ via: "user-name" }] } },
    ]);
  });
});

describe("connections declared the same directory", () => {
  beforeAll(async () => {
    await mutate(`declareSameDirectory(organization: "acme", connections: ["scim", "entra"]) { id }`);
  });

  it("give one account, and a role that both grant stays until the last reason goes", async () => {
    const inScim = await join("scim", "ada@acme.test");
    const inEntra = await join("entra", "ADA@acme.test");
    const [account, ...others] = await explain("ada@acme.test");
    expect(others).toEqual([]);
    expect(account.roles).toHaveLength(1);
    expect(account.roles[0].reasons.map((one: { connection: string }) => one.connection).sort()).toEqual([
      "entra",
      "scim",
    ]);
    await leave("scim", inScim);
    const [after] = await explain("ada@acme.test");
    expect(after.roles).toMatchObject([{ role: "staff", reasons: [{ connection: "entra" }] }]);
    await leave("entra", inEntra);
    expect((await explain("ada@acme.test"))[0].roles).toEqual([]);
  });

  it("end every role when either says inactive, and a deletion does not bring anybody back", async () => {
    const inScim = await join("scim", "bob@acme.test");
    await join("entra", "bob@acme.test");
    await setActive("scim", inScim.user, false);
    expect(await explain("bob@acme.test")).toMatchObject([{ active: false, roles: [] }]);
    await server.scim("DELETE", `/Users/${inScim.user}`);
    expect(await explain("bob@acme.test")).toMatchObject([{ active: false, roles: [] }]);
  });

  it("let the next holder of a name inherit nothing, unless the source says it is the same person", async () => {
    const create = (externalId: string) =>
      server.scim("POST", "/Users", { schemas: [userUrn], userName: "next@acme.test", externalId });
    const first = await create("person-1");
    const [{ id }] = await explain("next@acme.test");
    await server.scim("DELETE", `/Users/${first.body.id}`);
    const second = await create("person-2");
    const [other] = await explain("next@acme.test");
    expect(other.id).not.toBe(id);
    await server.scim("DELETE", `/Users/${second.body.id}`);
    await create("person-1");
    expect(await explain("next@acme.test")).toMatchObject([{ id, active: true }]);
  });
});
