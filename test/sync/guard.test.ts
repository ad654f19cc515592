/** What was only inferred waits for a person where it costs many people something; what was said by name never does. */
import { beforeAll, describe, expect, it } from "vitest";
import { startServer } from "../support/server.ts";

const server = await startServer();

const members = 60;

const mutate = async (mutation: string) => {
  const { body } = await server.graphql(`mutation { ${mutation} }`);
  return body;
};

const ask = async (query: string) => {
  const { body } = await server.graphql(`{ organization(slug: "acme") { ${query} } }`);
  return body.data.organization;
};

const people = new Map<string, string>();

const groupUrn = "urn:ietf:params:scim:schemas:core:2.0:Group";
const patchUrn = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

const create = async (kind: "Users" | "Groups", resource: object): Promise<string> => {
  const schema = `urn:ietf:params:scim:schemas:core:2.0:${kind.slice(0, -1)}`;
  const { status, body } = await server.scim("POST", `/${kind}`, { schemas: [schema], ...resource });
  expect(status).toBe(201);
  return body.id;
};

const patch = async (path: string, operation: object) => {
  const { status } = await server.scim("PATCH", path, { schemas: [patchUrn], Operations: [operation] });
  expect(status).toBeLessThan(300);
};

const untilSettled = async (): Promise<void> => {
  const { pendingAccounts } = await ask("pendingAccounts");
  if (pendingAccounts > 0) await untilSettled();
};

/** How many have the role; once nothing waits to be looked at. */
const holders = async (): Promise<number> => {
  await untilSettled();
  const { roles } = await ask("roles { key holders }");
  return roles.find((role: { key: string }) => role.key === "developer").holders;
};

const held = async () =>
  (await ask("exceptions { kind subjectId detail }")).exceptions.filter(
    ({ kind }: { kind: string }) => kind === "held-plan",
  );

const approve = async () => {
  for (const { subjectId } of await held())
    await mutate(`approveHeldPlan(organization: "acme", id: "${subjectId}")`);
};

const team = (size = members) => [...people.values()].slice(0, size).map((value) => ({ value }));

const makeTeam = (size = members) =>
  create("Groups", { displayName: `Engineering ${crypto.randomUUID()}`, members: team(size) });

beforeAll(async () => {
  await mutate('createRole(organization: "acme", key: "developer") { key }');
  const document =
    '{ rules: [{ id: "engineers", when: { groupName: { prefix: "Engineering" } }, grant: ["developer"] }] }';
  await mutate(`draftMapping(organization: "acme", document: ${document}) { version }`);
  await mutate('publishMapping(organization: "acme", apply: true) { version }');
  for (let at = 0; at < members; at += 1)
    people.set(`user-${at}`, await create("Users", { userName: `user-${at}` }));
});

const userOf = (name: string) => people.get(name) ?? "";

describe("the guard", () => {
  it("holds the roles of a large group that was deleted, says so, and lets them go when somebody approves", async () => {
    const group = await makeTeam();
    expect(await holders()).toBe(members);
    expect((await server.scim("DELETE", `/Groups/${group}`)).status).toBe(204);
    expect((await server.scim("GET", `/Groups/${group}`)).status).toBe(404);
    expect(await holders()).toBe(members);
    const [plan] = await held();
    expect(plan).toMatchObject({
      detail: { losing: members, inactive: 0, roles: [{ role: "developer", lost: members }] },
    });
    const { explain } = await ask('explain(name: "user-3") { account { roles { role heldBy } } }');
    expect(explain[0].account.roles).toEqual([{ role: "developer", heldBy: plan.subjectId }]);
    const { exceptions } = await ask("exceptions { id kind }");
    const closing = await mutate(`resolveException(organization: "acme", id: "${exceptions[0].id}")`);
    expect(closing.errors[0].message).toContain(`Approve the plan ${plan.subjectId}`);
    const preview = 'previewPending(organization: "acme") { guardHolds }';
    expect((await mutate(preview)).data.previewPending).toEqual({ guardHolds: true });
    await approve();
    expect(await holders()).toBe(0);
    expect(await held()).toEqual([]);
    expect((await mutate(preview)).data.previewPending).toEqual({ guardHolds: false });
  });

  it("holds what follows from an emptied and from a replaced list of members", async () => {
    const emptied = await makeTeam();
    await patch(`/Groups/${emptied}`, { op: "remove", path: "members" });
    expect(await holders()).toBe(members);
    const replaced = await makeTeam();
    await patch(`/Groups/${replaced}`, { op: "replace", path: "members", value: team(1) });
    expect(await holders()).toBe(members);
    await approve();
    expect(await holders()).toBe(1);
    await server.scim("DELETE", `/Groups/${replaced}`);
    expect(await holders()).toBe(0);
  });

  it("never holds what is said of people by name: removed by id, inactive, deleted", async () => {
    const group = await makeTeam();
    expect(await holders()).toBe(members);
    await patch(`/Groups/${group}`, { op: "remove", path: "members", value: team(40) });
    expect(await holders()).toBe(members - 40);
    await patch(`/Users/${userOf("user-59")}`, { op: "replace", path: "active", value: false });
    expect(await holders()).toBe(members - 41);
    await patch(`/Users/${userOf("user-59")}`, { op: "replace", path: "active", value: true });
    await server.scim("DELETE", `/Groups/${group}`);
    await approve();
    expect(await holders()).toBe(0);
  });

  it("raises an alarm where many are named within an hour, and keeps nobody", async () => {
    const alarms = async () =>
      (await ask("exceptions { kind subjectKind connection detail }")).exceptions.filter(
        ({ kind }: { kind: string }) => kind === "mass-leaving",
      );
    const group = await makeTeam();
    for (const id of people.values())
      await patch(`/Groups/${group}`, { op: "remove", path: `members[value eq "${id}"]` });
    expect(await holders()).toBe(0);
    expect(await alarms()).toEqual([
      { kind: "mass-leaving", subjectKind: "connection", connection: "scim", detail: expect.anything() },
    ]);
    await server.scim("DELETE", `/Groups/${group}`);
  });

  it("is not led astray by other news of the same people before they were looked at", async () => {
    for (let at = members; at < 130; at += 1)
      people.set(`user-${at}`, await create("Users", { userName: `user-${at}` }));
    const [group, other] = [await makeTeam(130), await create("Groups", { displayName: "Others" })];
    expect(await holders()).toBe(130);
    const Operations = [
      {
        method: "PUT",
        path: `/Groups/${group}`,
        data: { schemas: [groupUrn], displayName: "Engineering", members: [] },
      },
      {
        method: "PATCH",
        path: `/Groups/${other}`,
        data: { schemas: [patchUrn], Operations: [{ op: "add", path: "members", value: team(130) }] },
      },
    ];
    const bulk = await server.scim("POST", "/Bulk", {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
      Operations,
    });
    expect(bulk.status).toBe(200);
    await expect.poll(held, { timeout: 20_000 }).toHaveLength(1);
    expect(await holders()).toBe(130);
    await approve();
    expect(await holders()).toBe(0);
  });

  it("ends what is held when an operator disables the connection it came through", async () => {
    const group = await makeTeam();
    await server.scim("DELETE", `/Groups/${group}`);
    expect(await holders()).toBe(members);
    await mutate('setConnectionEnabled(organization: "acme", connection: "scim", enabled: false) { slug }');
    expect(await holders()).toBe(0);
    await mutate('setConnectionEnabled(organization: "acme", connection: "scim", enabled: true) { slug }');
    expect(await holders()).toBe(0);
  });

  it("lets go at once of somebody whom the source names while the rest is held, and of nobody else", async () => {
    const group = await makeTeam();
    await server.scim("DELETE", `/Groups/${group}`);
    await patch(`/Users/${userOf("user-1")}`, { op: "replace", path: "active", value: false });
    expect(await holders()).toBe(members - 1);
    // What is said about somebody otherwise is no reason to end what is held.
    await patch(`/Users/${userOf("user-2")}`, { op: "add", path: "title", value: "Engineer" });
    expect(await holders()).toBe(members - 1);
    await patch(`/Users/${userOf("user-1")}`, { op: "replace", path: "active", value: true });
    expect(await holders()).toBe(members - 1);
    await approve();
    expect(await holders()).toBe(0);
  });

  it("forgets what it held when the source gives it back", async () => {
    const group = await makeTeam();
    await patch(`/Groups/${group}`, { op: "remove", path: "members" });
    expect(await held()).toHaveLength(1);
    await patch(`/Groups/${group}`, { op: "add", path: "members", value: team() });
    expect(await holders()).toBe(members);
    expect(await held()).toEqual([]);
    await patch(`/Groups/${group}`, { op: "remove", path: "members", value: team() });
    expect(await holders()).toBe(0);
  });

  it("holds nothing where ten people or fewer lose something", async () => {
    const group = await makeTeam(10);
    expect(await holders()).toBe(10);
    await server.scim("DELETE", `/Groups/${group}`);
    expect(await holders()).toBe(0);
  });

  it("holds the effect of a mapping that takes a role from many", async () => {
    const group = await makeTeam();
    expect(await holders()).toBe(members);
    await mutate('draftMapping(organization: "acme", document: { rules: [] }) { version }');
    await mutate('publishMapping(organization: "acme", apply: true) { version }');
    await untilSettled();
    await expect.poll(held, { timeout: 20_000 }).toHaveLength(1);
    expect(await holders()).toBe(members);
    await approve();
    expect(await holders()).toBe(0);
    await server.scim("DELETE", `/Groups/${group}`);
  });

  it("can be told other limits, for one connection too, and to hold nothing", async () => {
    const guards = async () => (await ask("guards { connection enabled accounts percent set }")).guards;
    expect(await guards()).toEqual([
      { connection: null, enabled: true, accounts: 50, percent: 20, set: false },
    ]);
    await mutate('setGuard(organization: "acme", percent: 100, accounts: 100) { set }');
    await mutate('setGuard(organization: "acme", connection: "scim", enabled: false) { set }');
    expect(await guards()).toEqual([
      { connection: null, enabled: true, accounts: 100, percent: 100, set: true },
      { connection: "scim", enabled: false, accounts: 100, percent: 100, set: true },
    ]);
    await mutate('setGuard(organization: "acme", connection: "scim", usual: true) { set }');
    expect(await guards()).toHaveLength(1);
    expect(await mutate('setGuard(organization: "acme", percent: 101) { set }')).toMatchObject({
      errors: [{ message: expect.stringContaining("use 0 to 100") }],
    });
  });
});
