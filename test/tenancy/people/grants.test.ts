/** Grants and exclusions: what an operator decides about one account counts at once, says why, and ends by itself. */
import { describe, expect, it } from "vitest";
import { codesOf, operator, pushGroup, pushUser } from "../../graphql/support.ts";
import { startServer } from "../../support/server.ts";
import { openPeople } from "./support.ts";

const server = await startServer();
const { acme, change, done, explained, read, rolesOf, eventsOf, publish, passTime } = openPeople(server);

for (const key of ["staff", "auditor"]) await done(`createRole(${acme}, key: "${key}") { key }`);
await done(`createRole(${acme}, key: "root", reserved: true) { key }`);
await publish('[{ id: "staff", when: { groupName: { equals: "Staff" } }, grant: ["staff"] }]');

let made = 0;
const person = async () => {
  made += 1;
  const email = `p${made}@acme.test`;
  const { id } = await pushUser(server, email);
  await pushGroup(server, "Staff", [id]);
  return { email, id };
};
const call = (name: string, role: string, account: string, more = "") =>
  `${name}(${acme}, role: "${role}", account: "${account}", reason: "Because" ${more}) { changed decision { id until } }`;

describe("a grant", () => {
  it("counts at once beside what rules give, and says who, why and until when", async () => {
    const { email } = await person();
    const until = "2099-01-31T00:00:00.000Z";
    await done(call("grantRole", "auditor", email.toUpperCase(), `, until: "${until}"`));
    expect(await rolesOf(email)).toEqual(["auditor", "staff"]);
    const { id, roles } = await explained(email);
    expect(roles[0].reasons).toEqual([
      {
        rule: expect.stringMatching(/^grant:/),
        because: "grant",
        connection: null,
        operator: expect.stringMatching(/\S/),
        note: "Because",
        until,
      },
    ]);
    expect(await eventsOf(id)).toEqual(expect.arrayContaining(["grant.made", "account.roles-changed"]));
  });

  it("made twice is no change; with another end it takes the place of the first", async () => {
    const { email } = await person();
    const first = await done(call("grantRole", "auditor", email));
    const again = await done(call("grantRole", "auditor", email));
    expect(again.grantRole).toEqual({ changed: false, decision: first.grantRole.decision });
    const later = await done(call("grantRole", "auditor", email, ', until: "2099-01-01T00:00:00Z"'));
    expect(later.grantRole.changed).toBe(true);
    const { grants } = await read(`grants(account: "${email}") { items { id } }`);
    expect(grants.items).toEqual([{ id: later.grantRole.decision.id }]);
    expect((await explained(email)).roles[0].reasons).toHaveLength(1);
  });

  it("ends when it is revoked, and what rules give stays", async () => {
    const { email } = await person();
    await done(call("grantRole", "auditor", email));
    await done(call("grantRole", "staff", email));
    await done(call("revokeRole", "auditor", email));
    await done(call("revokeRole", "staff", email));
    expect(await rolesOf(email)).toEqual(["staff"]);
    expect(codesOf(await change(call("revokeRole", "auditor", email)))).toEqual(["NotFound"]);
    const { grants } = await read(`grants(account: "${email}", ended: true) { items { role endedAt } }`);
    expect(grants.items.map(({ endedAt }: { endedAt: string | null }) => endedAt)).not.toContain(null);
  });

  it("ends by time: the sweep marks it, and its event is why the role went", async () => {
    const { email } = await person();
    await done(call("grantRole", "auditor", email, ', until: "2099-01-01T00:00:00Z"'));
    const { id } = await explained(email);
    await passTime();
    expect(await rolesOf(email)).toEqual(["staff"]);
    const { events } = await read(`events(first: 5, subject: "${id}") { id type causeId }`);
    const [lost, expired] = events;
    expect([lost.type, expired.type]).toEqual(["account.roles-changed", "grant.expired"]);
    expect(lost.causeId).toBe(expired.id);
    await passTime();
    expect((await eventsOf(id)).filter((type) => type === "grant.expired")).toHaveLength(1);
  });

  it("waits while the account is inactive", async () => {
    const { email, id } = await person();
    await done(call("grantRole", "auditor", email));
    const active = (value: boolean) =>
      server.scim("PATCH", `/Users/${id}`, {
        schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        Operations: [{ op: "replace", path: "active", value }],
      });
    await active(false);
    expect(await rolesOf(email)).toEqual([]);
    await active(true);
    expect(await rolesOf(email)).toEqual(["auditor", "staff"]);
  });

  it("is limited to a scope of the catalogue, or to one it may make", async () => {
    const { email } = await person();
    const limited = (more: string) => call("grantRole", "auditor", email, `, scope: "library:north" ${more}`);
    expect(codesOf(await change(limited("")))).toEqual(["NotFound"]);
    await done(limited(", createScope: true"));
    expect(await rolesOf(email)).toEqual(["auditor@library:north", "staff"]);
    const other = await change(call("revokeRole", "auditor", email));
    expect(other.body.errors[0].message).toContain("There is one in library:north");
    const held = await change(`removeScope(${acme}, key: "library:north") { key }`);
    expect(held.body.errors[0].message).toContain("is still used by 1 grant");
  });

  it.each([
    ["a role that nobody made", () => call("grantRole", "none", "p1@acme.test"), "NotFound"],
    ["a person who is not here", () => call("grantRole", "auditor", "nobody@acme.test"), "NotFound"],
    [
      "an end that has passed",
      () => call("grantRole", "auditor", "p1@acme.test", ', until: "2001-01-01T00:00:00Z"'),
      "InvalidValue",
    ],
    [
      "no reason",
      () => `grantRole(${acme}, role: "auditor", account: "p1@acme.test", reason: " ") { changed }`,
      "InvalidValue",
    ],
  ])("is refused with %s", async (_, mutation, code) => {
    await person();
    expect(codesOf(await change(mutation()))).toEqual([code]);
  });
});

describe("a reserved role", () => {
  it("is given by owners only, by whatever way, and taken by whoever may decide", async () => {
    const { email } = await person();
    const administrator = (await operator(server, "administrator")).token;
    expect(codesOf(await change(call("grantRole", "root", email), administrator))).toEqual(["Forbidden"]);
    await done(call("grantRole", "root", email));
    await done(call("excludeRole", "root", email), administrator);
    expect(codesOf(await change(call("includeRole", "root", email), administrator))).toEqual(["Forbidden"]);
    await done(call("includeRole", "root", email));
    expect(await rolesOf(email)).toEqual(["root", "staff"]);
    await done(call("revokeRole", "root", email), administrator);
    expect(await rolesOf(email)).toEqual(["staff"]);
  });
});

describe("an exclusion", () => {
  it("wins over rules and grants until it ends, and is said", async () => {
    const { email } = await person();
    await done(call("grantRole", "staff", email));
    await done(call("excludeRole", "staff", email));
    expect(await rolesOf(email)).toEqual([]);
    expect((await explained(email)).exclusions).toEqual([
      { role: "staff", operator: expect.stringMatching(/\S/), note: "Because" },
    ]);
    await done(call("includeRole", "staff", email));
    expect(await rolesOf(email)).toEqual(["staff"]);
  });

  it("ends by time, with an event", async () => {
    const { email } = await person();
    await done(call("excludeRole", "staff", email, ', until: "2099-01-01T00:00:00Z"'));
    const { id } = await explained(email);
    await passTime();
    expect(await rolesOf(email)).toEqual(["staff"]);
    expect(await eventsOf(id)).toContain("exclusion.expired");
  });
});

describe("a role with open decisions", () => {
  it("is not deleted, and the answer counts them", async () => {
    const { email } = await person();
    await done(`createRole(${acme}, key: "spare") { key }`);
    await done(call("excludeRole", "spare", email));
    const { body } = await change(`deleteRole(${acme}, key: "spare") { key }`);
    expect(body.errors[0].message).toContain("is still used by 1 exclusion.");
    await done(call("includeRole", "spare", email));
    await done(`deleteRole(${acme}, key: "spare") { key }`);
    const { exclusions } = await read(`exclusions(role: "spare", ended: true) { items { role } }`);
    expect(exclusions.items).toEqual([{ role: "spare" }]);
  });
});
