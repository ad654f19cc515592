/** Roles and the mapping by command, and what a disabled connection ends of them. */
import { describe, expect, it } from "vitest";
import { startServer } from "../support/server.ts";
import { codesOf, dataOf, openOwner, pushGroup, pushUser } from "./support.ts";

const server = await startServer();
const { me, run, refusal, inAcme, newest, rolesOf } = await openOwner(server);

describe("roles and the mapping", () => {
  const document = {
    rules: [
      {
        id: "billing",
        when: { groupName: { equals: "Billing", connection: "scim" } },
        grant: ["billing-admin"],
      },
    ],
  };
  const draft = (value: unknown) =>
    server.graphql(
      'mutation ($d: JSON!) { draftMapping(organization: "acme", document: $d) { version state document publishedAt } }',
      { d: value },
    );

  it("are made in this order: role, draft, publication", async () => {
    expect(codesOf(await draft(document))).toEqual(["InvalidValue"]);
    const { createRole } = await run(
      'mutation { createRole(organization: "acme", key: "billing-admin", description: "Sees invoices.") { key name description holders } }',
    );
    expect(createRole).toEqual({
      key: "billing-admin",
      name: "billing-admin",
      description: "Sees invoices.",
      holders: 0,
    });
    expect(await newest("role.created")).toMatchObject({ data: { role: "billing-admin" }, actorId: me });

    const drafted = dataOf(await draft(document)).draftMapping;
    expect(drafted).toMatchObject({ version: 2, state: "draft", document, publishedAt: null });
    expect((await inAcme("mapping(state: DRAFT) { version }")).mapping.version).toBe(2);
    expect((await inAcme("mapping { version }")).mapping.version).toBe(1);

    const bob = await pushUser(server, "bob@example.com");
    await pushGroup(server, "Billing", [bob.id]);
    expect(await rolesOf("bob@example.com")).toEqual([]);
    const { publishMapping } = await run(
      'mutation { publishMapping(organization: "acme", apply: true) { version state publishedAt } }',
    );
    expect(publishMapping).toMatchObject({ version: 2, state: "published", publishedAt: expect.any(String) });
    await expect.poll(() => rolesOf("bob@example.com"), { timeout: 10_000 }).toEqual(["billing-admin"]);
    await expect.poll(async () => (await inAcme("pendingAccounts")).pendingAccounts).toBe(0);
    expect((await inAcme("mapping(state: DRAFT) { version }")).mapping).toBeNull();
    expect((await inAcme("roles { key holders }")).roles).toEqual([
      { key: "billing-admin", holders: 1 },
      { key: "developer", holders: 0 },
    ]);
  });

  it("have nothing to publish without a draft", async () => {
    expect(await refusal('mutation { publishMapping(organization: "acme") { version } }')).toMatchObject({
      code: "NotFound",
    });
  });

  it("can be drafted by several at once", async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => draft(document)));
    for (const answer of answers) expect(dataOf(answer).draftMapping.version).toBe(3);
  });

  it.each(["A", "", "a b", "x".repeat(128)])("have no role with the key %j", async (key) => {
    const create = 'mutation ($key: String!) { createRole(organization: "acme", key: $key) { key } }';
    expect(await refusal(create, { key })).toMatchObject({ code: "InvalidValue" });
    expect(await refusal(create, { key: "developer" })).toMatchObject({ code: "NotUnique" });
  });
});

describe("in an organization of more than a hundred", () => {
  it("a disabled connection's roles end by a job, soon after", async () => {
    const names = Array.from({ length: 105 }, (_, index) => `many${index}@example.com`);
    const ids = [];
    for (const name of names) ids.push((await pushUser(server, name)).id);
    await pushGroup(server, "Billing", ids);
    const holders = async () =>
      (await inAcme("roles { key holders }")).roles.find(
        ({ key }: { key: string }) => key === "billing-admin",
      ).holders;
    await expect.poll(holders, { timeout: 20_000 }).toBeGreaterThanOrEqual(105);
    await run(
      'mutation { setConnectionEnabled(organization: "acme", connection: "scim", enabled: false) { enabled } }',
    );
    await expect.poll(holders, { timeout: 20_000 }).toBe(0);
    expect((await inAcme("pendingAccounts")).pendingAccounts).toBe(0);
  });
});
