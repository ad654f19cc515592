/** When a published mapping reaches people. */
import { expect, it } from "vitest";
import { startServer } from "../support/server.ts";

const server = await startServer();

const mutate = async (mutation: string) => {
  const { body } = await server.graphql(`mutation { ${mutation} }`);
  return body;
};

const state = async () => {
  const { body } = await server.graphql(
    `{ organization(slug: "acme") { pendingAccounts explain(name: "ada") { account { roles { role } } } } }`,
  );
  const { pendingAccounts, explain } = body.data.organization;
  return {
    pending: pendingAccounts,
    roles: explain[0].account.roles.map((one: { role: string }) => one.role),
  };
};

const untilSettled = async (): Promise<ReadonlyArray<string>> => {
  const { pending, roles } = await state();
  return pending === 0 ? roles : untilSettled();
};

it("a mapping in force reaches people with the next news of them, or when it is applied", async () => {
  await server.scim("POST", "/Users", {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
    userName: "ada",
  });
  await mutate('createRole(organization: "acme", key: "everyone") { key }');
  const document = '{ rules: [{ id: "all", when: { connection: "scim" }, grant: ["everyone"] }] }';
  await mutate(`draftMapping(organization: "acme", document: ${document}) { version }`);
  await mutate('publishMapping(organization: "acme") { version }');
  expect((await state()).roles).toEqual([]);
  expect((await mutate('publishMapping(organization: "acme") { version }')).errors).toMatchObject([
    { extensions: { code: "NotFound" } },
  ]);
  await mutate('publishMapping(organization: "acme", apply: true) { version }');
  expect(await untilSettled()).toEqual(["everyone"]);
});

it("a condition typed as CEL is kept as its tree, and one without a tree is refused with its place", async () => {
  const draft = (when: string) => {
    const document = `{ rules: [{ id: "typed", when: ${JSON.stringify(when)}, grant: ["everyone"] }] }`;
    return mutate(`draftMapping(organization: "acme", document: ${document}) { document }`);
  };
  const { data } = await draft("groups.exists(g, g.name == 'Sales') && !has(user.title)");
  const when = {
    all: [{ groupName: { equals: "Sales" } }, { not: { attribute: { name: "title", present: true } } }],
  };
  expect(data.draftMapping.document).toEqual({ rules: [{ id: "typed", when, grant: ["everyone"] }] });
  const { errors } = await draft("connection == 'scim' &&\n  size(groups) == 3");
  expect(errors).toMatchObject([
    {
      message: expect.stringContaining('rule "typed" at when: line 2, column 3: use only groups.exists('),
      extensions: { code: "InvalidValue" },
    },
  ]);
});
